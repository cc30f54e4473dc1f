import Foundation
import IntegerLayers
import IntegerNetworks
import ModelFiles
import NetworkEvaluation
import NetworkRuntime
import QuantizationCore
import Testing
import _TestSupport

/// Whole networks in integers beside the same networks with their quantizers simulated in float.
///
/// Where all scales are powers of two, every float operation of the simulated network is exact, so that not one
/// code may differ.
@Suite(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct IntegerNetworkTests {
  private let work: Workspace

  init() throws { work = try Workspace() }

  /// Runs a model on random samples of its input.
  private func evaluate(
    _ sketch: ModelSketch, _ shape: [Int], rounding: RequantizationRounding = .float
  ) throws -> IntegerEvaluation {
    var numbers = SplitMix(seed: 11)
    let count = shape.reduce(1, *)
    let values = numbers.floats(count).map { ($0 * 256).rounded() / 32 }
    try work.write(
      TensorBytes.npz(members: [
        ("x", TensorBytes.npy(values, shape: shape)),
        ("labels", TensorBytes.npy("|u1", [shape[0]], (0..<shape[0]).map { UInt8($0 % 3) })),
      ]), to: "d.npz")
    let model = try Model(bytes: sketch.bytes, name: "sketch.onnx")
    let library = try #require(runtime)
    let session = try Session(bytes: sketch.bytes, library: library)
    return try IntegerEvaluation(
      model, on: SampleSet(path: work.path("d.npz"), for: session.inputs), batchSize: 2,
      rounding: rounding, library: library)
  }

  /// Convolutions with a Relu, a maximum, a Clip and a mean between them, and a Gemm.
  private func network(_ unit: Float) -> ModelSketch {
    var numbers = SplitMix(seed: 5)
    func codes(_ count: Int) -> [Int] {
      (0..<count).map { _ in Int.random(in: -127...127, using: &numbers) }
    }
    var net = QuantizedSketch([nil, 3, 10, 8])
    let x = net.quantize("x", unit / 16, 128)
    let scales = [1, 0.5, 0.25, 1, 2, 1].map { Float($0) * unit / 128 }
    let first = net.weight("w1", [6, 3, 3, 3], codes(6 * 27), scales)
    let bias = net.bias("b1", [1000, -2000, 0, 5, 78, -3], unit * unit / 2048)
    net.add(
      "Conv", [x, first, bias], "c1", ["pads": .ints([1, 1, 1, 1]), "strides": .ints([1, 1])])
    net.add("Relu", ["c1"], "r1")
    net.add(
      "MaxPool", ["r1"], "p1", ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
    let second = net.quantize("p1", unit / 8, 0)
    let deep = net.weight("w2", [6, 1, 3, 3], codes(54), [unit / 64])
    net.add("Conv", [second, deep], "c2", ["group": .int(6), "pads": .ints([1, 1, 1, 1])])
    net.add(.init("low", [], [-2]))
    net.add(.init("high", [], [6]))
    net.add("Clip", ["c2", "low", "high"], "r2")
    let third = net.quantize("r2", unit / 16, -10, isSigned: true)
    net.add("AveragePool", [third], "a", ["kernel_shape": .ints([4, 4])])
    let fourth = net.quantize("a", unit / 32, 3, isSigned: true)
    net.add("Flatten", [fourth], "f")
    let last = net.weight(
      "w3", [12, 4], codes(48), [1, 2, 4, 8].map { Float($0) * unit / 256 }, axis: 1)
    net.add("Gemm", ["f", last], "y")
    return net.sketch("y")
  }

  @Test func `with scales of powers of two not one code differs`() throws {
    let found = try evaluate(network(1), [5, 3, 10, 8])
    #expect(found.inFloat.isEmpty && found.samples == 5)
    #expect(found.codes.map(\.tensor) == ["x", "p1", "r2", "a"])
    for codes in found.codes {
      #expect(codes.carried.count > 0 && codes.carried.differing == 0, "\(codes.tensor)")
      #expect(codes.carried.largest == 0 && codes.own.differing == 0)
    }
    #expect(found.integers.errors.meanSquaredError == 0)
    #expect(found.integers.agreeing == 5 && found.integers.right == found.simulated.right)
    #expect(found.layers.map(\.terms) == [27, 9, 16, 12])
    #expect(found.codes.map(\.layer) == [nil, 0, 1, 2])
    for layer in found.layers {
      #expect(layer.seen.lowerBound < 0 && layer.seen.upperBound > 0)
      if let bound = layer.bound {
        #expect(bound >= max(-layer.seen.lowerBound, layer.seen.upperBound))
      }
    }
  }

  @Test(arguments: RequantizationRounding.allCases)
  func `with other scales codes differ by one where rounding does`(
    rounding: RequantizationRounding
  ) throws {
    let found = try evaluate(network(0.9173), [5, 3, 10, 8], rounding: rounding)
    // Means of 16 codes lie on halves of a step, which the two roundings of fixed point move up.
    let share = rounding == .float ? 50 : 8
    for codes in found.codes {
      // A sum that is rounded the other way is a step, and a layer may make two of several such.
      let carried = codes.carried
      #expect(
        carried.largest <= 2 && carried.differing * share <= carried.count, "\(codes.tensor)")
      #expect(codes.own.largest <= 1 && codes.own.differing <= carried.differing)
      #expect(codes.own.count == carried.count)
    }
    #expect(found.integers.errors.signalToNoise > 35)
  }

  @Test func `what a layer makes of codes that differ is not its own difference`() throws {
    let found = try evaluate(network(0.9173), [80, 3, 10, 8], rounding: .fixedPoint)
    #expect(found.codes.map(\.tensor) == ["x", "p1", "r2", "a"])
    let (first, second) = (found.codes[1], found.codes[2])
    // In front of the first layer nothing differs.
    #expect(first.own.differing == first.carried.differing && first.own.differing > 0)
    #expect(second.own.differing < second.carried.differing)
    #expect(second.own.largest == 1 && second.carried.largest > 1)
  }

  @Test func `what has no integer form is computed in float and named`() throws {
    var net = QuantizedSketch([nil, 2, 4, 4])
    let x = net.quantize("x", 0.0625, 128)
    let w = net.weight("w", [4, 2, 1, 1], [1, -2, 3, 4, -5, 6, 7, 100], [0.125])
    net.add("Conv", [x, w], "c")
    net.add("HardSigmoid", ["c"], "h")
    net.add("Mul", ["c", "h"], "m")
    let second = net.quantize("m", 0.25, 9)
    let v = net.weight("v", [4, 4, 1, 1], (0..<16).map { $0 * 9 - 60 }, [0.03125])
    net.add("Conv", [second, v], "y")
    let found = try evaluate(net.sketch("y"), [3, 2, 4, 4])
    #expect(found.inFloat == ["HardSigmoid h", "Mul m"])
    #expect(found.codes.map(\.layer) == [nil, nil])
    #expect(found.codes.allSatisfy { $0.carried.differing == 0 })
    #expect(found.integers.errors.meanSquaredError == 0)
  }

  @Test func `sums of two quantized tensors and products of matrices`() throws {
    var net = QuantizedSketch([nil, 6])
    let x = net.quantize("x", 0.0625, 100)
    let w = net.weight("w", [6, 5], (0..<30).map { $0 * 8 - 120 }, [0.25, 0.5, 1, 2, 4], axis: 1)
    let v = net.weight("v", [6, 5], (0..<30).map { 90 - $0 * 7 }, [0.5])
    net.add("MatMul", [x, w], "a")
    net.add("MatMul", [x, v], "b")
    let (a, b) = (net.quantize("a", 2, 130), net.quantize("b", 1, 5, isSigned: true))
    net.add("Add", [a, b], "s")
    net.add("Relu", ["s"], "r")
    let sum = net.quantize("r", 4, 0)
    let u = net.weight("u", [5, 3], (0..<15).map { $0 - 7 }, [1])
    net.add("MatMul", [sum, u], "y")
    let found = try evaluate(net.sketch("y"), [4, 6])
    #expect(found.inFloat.isEmpty)
    #expect(found.codes.map(\.tensor) == ["x", "a", "b", "r"])
    #expect(found.codes.allSatisfy { $0.carried.differing == 0 })
    #expect(found.integers.errors.meanSquaredError == 0)
    #expect(found.layers.map(\.terms) == [6, 6, 2, 5])
  }

  @Test func `padding that follows from the input, and means that leave padding out`() throws {
    var net = QuantizedSketch([nil, 2, 9, 7])
    let x = net.quantize("x", 0.0625, 128)
    let w = net.weight("w", [3, 2, 3, 2], (0..<36).map { $0 * 7 % 255 - 127 }, [0.125, 0.25, 0.5])
    net.add("Conv", [x, w], "c", ["auto_pad": .text("SAME_LOWER"), "strides": .ints([2, 1])])
    let second = net.quantize("c", 1, 128)
    net.add(
      "AveragePool", [second], "a",
      ["kernel_shape": .ints([3, 3]), "auto_pad": .text("SAME_UPPER"), "strides": .ints([2, 2])])
    let third = net.quantize("a", 0.5, 128)
    let v = net.weight("v", [2, 3, 1, 1], [1, -2, 3, 4, -5, 6], [0.03125])
    net.add("Conv", [third, v], "y")
    let found = try evaluate(net.sketch("y"), [3, 2, 9, 7])
    #expect(found.inFloat.isEmpty && found.codes.map(\.tensor) == ["x", "c", "a"])
    #expect(found.codes[1].carried.count == 3 * 3 * 5 * 7)
    #expect(found.codes[1].carried.differing == 0)
    // A mean of six or nine is no exact Float, so that a half may be rounded the other way.
    let means = found.codes[2].carried
    #expect(
      means.count == 3 * 3 * 3 * 4 && means.largest <= 1 && means.differing * 20 <= means.count)
  }

  @Test func `a tensor that floats read too stays real there`() throws {
    var net = QuantizedSketch([nil, 4])
    let x = net.quantize("x", 0.0625, 128)
    let w = net.weight("w", [4, 4], (0..<16).map { $0 * 5 - 40 }, [0.125])
    net.add("MatMul", [x, w], "a")
    let a = net.quantize("a", 0.5, 128)
    let v = net.weight("v", [4, 4], (0..<16).map { 30 - $0 }, [0.125])
    net.add("MatMul", [a, v], "b")
    // A residual around the second layer, in float.
    net.add("Add", ["a", "b"], "y")
    let found = try evaluate(net.sketch("y"), [4, 4])
    #expect(found.inFloat == ["Add y"])
    #expect(found.codes.allSatisfy { $0.carried.differing == 0 })
    #expect(found.integers.errors.meanSquaredError == 0)
  }

  @Test func `what cannot be run is refused by name`() throws {
    let library = try #require(runtime)
    func refusal(_ sketch: ModelSketch) -> String {
      do {
        _ = try IntegerNetwork(Model(bytes: sketch.bytes, name: "m.onnx"), library: library)
        return "none"
      } catch { return "\(error)" }
    }
    let plain = ModelSketch(
      inputs: [.init("x", [1])], outputs: [.init("y", [1])], [.init("Relu", ["x"], ["y"])])
    #expect(
      refusal(plain).hasPrefix("m.onnx: has no quantized activations; expected a static model"))
    var wide = QuantizedSketch([nil, 2])
    wide.add("Relu", [wide.quantize("x", 1, 0, type: 4)], "y")
    #expect(refusal(wide.sketch("y")).contains("'x' has the codes"))
    var empty = QuantizedSketch([nil, 2])
    empty.add("Sigmoid", [empty.quantize("x", 1, 0)], "y")
    #expect(refusal(empty.sketch("y")).contains("nothing to compute in integers"))
    #expect(refusal(empty.sketch("y")).contains("DequantizeLinear, QuantizeLinear, Sigmoid"))
  }

  @Test func `an accumulator that overflows ends the run`() throws {
    var net = QuantizedSketch([nil, 2])
    let x = net.quantize("x", 1, 128)
    let w = net.weight("w", [2, 2], [127, 127, 127, 127], [1])
    let b = net.bias("b", [Int(Int32.max), 0], 1)
    net.add("Gemm", [x, w, b], "y")
    #expect {
      _ = try evaluate(net.sketch("y"), [8, 2])
    } throws: {
      "\($0)".hasPrefix("Gemm y: the accumulator ") && "\($0)".contains("overflows 32 bits")
    }
  }
}
