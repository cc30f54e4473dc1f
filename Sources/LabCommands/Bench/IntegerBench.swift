internal import Foundation
internal import IntegerLayers
internal import ModelFiles
internal import NetworkRuntime
internal import QuantizationCore

/// Measures the integer linear layer beside ONNX Runtime's MatMulInteger, in alternation, on one thread each.
struct IntegerBench {
  let clock: BenchClock
  let library: RuntimeLibrary
  /// The rows, products and outputs.
  static let size = 512

  /// A line for MatMulInteger and each instruction set, and the ratio to it.
  ///
  /// Weights are constant on both sides: packed before. Theirs have 7 bits, so that nobody saturates and results
  /// are compared, too.
  func table() throws -> String {
    let size = Self.size
    var state: UInt64 = 7
    func code(_ range: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % range
    }
    let x = (0..<size * size).map { _ in UInt8(code(256)) }
    let w = (0..<size * size).map { _ in code(128) - 64 }
    guard let bits = BitWidth(8) else { return "" }
    let layer = try IntegerLinear(
      "bench",
      weights: IntegerWeights(
        "bench", codes: w, rows: size, columns: size, isSigned: true, zeroPoints: [0], scales: [1]),
      input: QuantizationParameters(
        scale: 1, zeroPoint: 3, grid: CodeGrid(.affineUnsigned, bits: bits)))
    let session = try Session(
      bytes: Self.model(w, size).bytes(), library: library, options: SessionOptions(threads: 1))
    let input = try RuntimeValue(x, type: .uint8, shape: [size, size])
    var theirs: RuntimeValue?
    var found: [Int32] = []
    var bodies: [() throws -> Void] = [
      { theirs = try session.run(["x": input], outputs: ["y"])[0] }
    ]
    for path in IntegerPath.available {
      bodies.append { found = try layer.accumulate(x.span, path: path).values }
    }
    let times = try clock.medians(bodies)
    let isEqual = theirs?.withBytes { bytes in
      found.indices.allSatisfy {
        bytes.unsafeLoad(fromByteOffset: 4 * $0, as: Int32.self) == found[$0]
      }
    }
    guard isEqual == true else {
      throw LabFailure("error: the layer and MatMulInteger differ", .internalError)
    }
    let names = ["MatMulInteger"] + IntegerPath.available.map(\.description)
    let lines = zip(names, times).map { name, time in
      String(
        format: "  %@ %8.3f ms %6.2f x MatMulInteger",
        name.padding(toLength: 14, withPad: " ", startingAt: 0), 1e3 * time, time / times[0])
    }
    return
      ([
        "\(size) x \(size) x \(size), uint8 x int8 to int32, one thread each, ONNX Runtime "
          + "\(library.version); equal on every element"
      ] + lines).joined(separator: "\n")
  }

  /// `y = MatMulInteger(x, w)` with constant weights.
  private static func model(_ rows: [Int], _ size: Int) throws -> Model {
    let columns = (0..<size).flatMap { k in (0..<size).map { rows[$0 * size + k] } }
    var model = Model(name: "bench", operatorSet: 13)
    model.nodes = [
      Node("MatMulInteger", name: "product", inputs: ["x", "w", "z"], outputs: ["y"])
    ]
    model.initializers = [
      ModelTensor(name: "w", type: .int8, shape: [size, size], integers: columns),
      ModelTensor(name: "z", type: .uint8, shape: [], integers: [3]),
    ]
    model.setInputs([(name: "x", type: .uint8)])
    model.outputs = [ModelPort(name: "y")]
    return model
  }
}
