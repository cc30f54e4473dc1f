import Foundation
import ModelFiles
import Testing
import _TestSupport

@Suite("Damaged models")
struct ModelFuzzTests {
  /// A model or one error of one line; whatever is read is asked for all it has, and written.
  private func take(_ bytes: Data) -> Bool {
    do throws(ModelError) {
      let model = try Model(bytes: bytes, name: "damaged.onnx")
      for tensor in model.initializers {
        _ = (tensor.floats?.count, tensor.integers?.count, tensor.byteCount, tensor.externalFile)
      }
      for node in model.nodes {
        _ = (node.label, node.hasSubgraph, node.namesInSubgraphs, node.tensor("value")?.floats)
        _ = (node.integer("axis"), node.integers("pads"), node.floats("f"), node.text("mode"))
      }
      for port in model.inputs + model.outputs + model.described { _ = (port.shape, port.type) }
      _ = (model.operatorSet, model.externalFiles)
      _ = try model.bytes()
      return true
    } catch {
      #expect(!error.description.contains("\n") && !error.isMissingFile)
      return false
    }
  }

  @Test("every truncation of a small model")
  func truncations() {
    let bytes = ModelRoundTripTests.rich().bytes
    let fine = (0..<bytes.count).count { take(bytes.prefix($0)) }
    // Between two fields at the end it is a model still, with less in it.
    #expect(fine > 0 && fine < 20, "\(fine)")
  }

  @Test("every byte of a small model, changed in eight ways")
  func everyByte() {
    let bytes = ModelRoundTripTests.rich().bytes
    var fine = 0
    for place in bytes.indices {
      for value: UInt8 in [
        0x00, 0x01, 0x7F, 0x80, 0xFF, ~bytes[place], bytes[place] &+ 1, bytes[place] ^ 8,
      ] {
        var copy = bytes
        copy[place] = value
        if take(copy) { fine += 1 }
      }
    }
    #expect(fine > bytes.count && fine < 7 * bytes.count, "\(fine) of \(8 * bytes.count)")
  }

  @Test("truncations and changed bytes of a real model")
  func real() throws {
    let bytes = try Data(contentsOf: URL(filePath: NetworkFiles.model("fashion")))
    var numbers = SplitMix(seed: 5)
    for _ in 0..<60 { _ = take(bytes.prefix(Int.random(in: 0..<bytes.count, using: &numbers))) }
    // The graph's structure lies at the front and between the weights, which are most of the bytes.
    var fine = 0
    for round in 0..<1500 {
      var copy = bytes
      let bound = round % 2 == 0 ? 4000 : bytes.count
      copy[Int.random(in: 0..<bound, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
      if take(copy) { fine += 1 }
    }
    #expect(fine > 500 && fine < 1500, "\(fine)")
  }

  @Test("graphs within graphs, deeper than anybody writes them")
  func depth() {
    var sketch = ModelSketch(inputs: [], outputs: [.init("y", [1])], [.init("Relu", ["x"], ["y"])])
    for _ in 0..<150 {
      sketch = ModelSketch(
        inputs: [.init("x", [1])], outputs: [.init("y", [1])],
        [.init("If", ["x"], ["y"], ["then_branch": .graph(sketch)])])
    }
    #expect(!take(sketch.bytes))
  }
}
