import ModelFiles
import NetworkRuntime
import NetworkTraining
import Testing
import _TestSupport

@Suite("Networks made from nothing")
struct NetworkSpecTests {
  private static func spec(
    _ shape: [Int], _ classes: Int, _ layers: [NetworkSpec.Layer]
  ) -> NetworkSpec {
    NetworkSpec(name: "n", input: "x", shape: shape, classes: classes, layers: layers)
  }

  /// Every kind of layer once.
  static let all = spec(
    [2, 9, 8], 3,
    [
      .convolution(outputs: 4, kernel: 3, stride: 2, groups: 2, isPadded: true),
      .batchNormalization, .relu,
      .depthwise(kernel: 3, stride: 1, isPadded: true),
      .maxPool(kernel: 2, stride: 1), .averagePool(kernel: 2, stride: 2), .globalAveragePool,
      .linear(outputs: 5), .relu, .linear(outputs: 3),
    ])

  @Test func `shapes behind each layer, by hand`() throws {
    #expect(
      try Self.all.shapes() == [
        [4, 5, 4], [4, 5, 4], [4, 5, 4], [4, 5, 4], [4, 4, 3], [4, 2, 1], [4], [5], [5], [3],
      ])
    let flat = Self.spec([2, 3, 3], 18, [.flatten])
    #expect(try flat.shapes() == [[18]])
  }

  @Test func `layers that do not fit say which they are`() {
    func fault(_ shape: [Int], _ classes: Int, _ layers: [NetworkSpec.Layer]) -> String {
      do {
        return "\(try Self.spec(shape, classes, layers).shapes())"
      } catch {
        return error.description
      }
    }
    #expect(
      fault([1, 4, 4], 2, [.relu, .linear(outputs: 2)])
        == "n: layers[1], linear: its input has the shape [1, 4, 4]; expected a row: put flatten before it"
    )
    #expect(
      fault([1, 4, 4], 2, [.flatten, .maxPool(kernel: 2, stride: 2)]).contains(
        "layers[1], max-pool: its input has the shape [16]; expected [channels, height, width]"))
    #expect(
      fault([1, 4, 4], 2, [.maxPool(kernel: 5, stride: 1)]).contains(
        "its window is larger than the image of the shape [1, 4, 4]"))
    #expect(
      fault(
        [3, 4, 4], 2, [.convolution(outputs: 4, kernel: 1, stride: 1, groups: 2, isPadded: false)]
      )
      .contains("2 groups of 3 inputs and 4 outputs"))
    #expect(
      fault([1, 2, 2], 3, [.flatten])
        == "n: the last layer makes the shape [4]; expected [3], one for each class")
  }

  @Test(.enabled(if: runtime != nil))
  func `ONNX Runtime runs every kind of layer, with the shapes that are said`() throws {
    let model = try Self.all.model(seed: 3)
    let session = try Session(bytes: try model.bytes(), library: try #require(runtime))
    var numbers = SplitMix(seed: 1)
    for count in [1, 7] {
      let input = try RuntimeValue(numbers.floats(count * 144), shape: [count, 2, 9, 8])
      #expect(try session.run(["x": input])[0].shape == [count, 3])
    }
    var known = model
    known.outputs = Self.all.layers.indices.dropLast().map {
      ModelPort(name: model.nodes.map { $0.outputs[0] }.filter { !$0.hasSuffix("_image") }[$0])
    }
    let runs = try Session(bytes: try known.bytes(), library: try #require(runtime))
    let values = try runs.run(["x": try RuntimeValue(numbers.floats(144), shape: [1, 2, 9, 8])])
    #expect(values.map { Array($0.shape.dropFirst()) } == (try Self.all.shapes()).dropLast())
  }

  @Test func `starting weights have He's deviation and their seed`() throws {
    let wide = Self.spec([1000], 10, [.linear(outputs: 400), .relu, .linear(outputs: 10)])
    func weights(_ seed: UInt64) throws -> [[Float]] {
      try wide.model(seed: seed).initializers.filter { $0.shape.count == 2 }
        .map { $0.floats ?? [] }
    }
    let found = try weights(5)
    for (values, variance) in zip(found, [2.0 / 1000, 1.0 / 400]) {
      let square = values.reduce(0.0) { $0 + Double($1 * $1) } / Double(values.count)
      // The relative deviation of a variance of n numbers is sqrt(2 / n): 0.0022 and 0.022.
      #expect(abs(square / variance - 1) < 0.1)
    }
    #expect(try weights(5) == found)
    #expect(try weights(6) != found)
  }
}
