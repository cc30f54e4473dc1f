import TensorSources
import Testing

@Suite("Errors in the description of a synthetic tensor")
struct SyntheticTensorErrorTests {
  private static func text(of make: () throws -> SyntheticTensor) -> String {
    do {
      return "no error, but \(try make().name)"
    } catch {
      return "\(error)"
    }
  }

  @Test("An unknown family is answered with the known ones")
  func unknownFamily() {
    #expect(
      Self.text { try .make(identifier: "gausian", shape: [4]) }
        == "family is \"gausian\", but must be one of gaussian, laplace, student-t, cauchy, "
        + "logistic, uniform, bimodal, lognormal, exponential, relu, gelu, softmax")
  }

  @Test("An unknown parameter is answered with the known ones")
  func unknownParameter() {
    #expect(
      Self.text { try .make(identifier: "student-t", parameters: ["nu": 3], shape: [4]) }
        == "parameter of student-t is \"nu\", but must be one of dof")
    #expect(
      Self.text { try .make(identifier: "relu", parameters: ["b": 1, "a": 1], shape: [4]) }
        == "parameter of relu is \"a\", but must be absent")
  }

  @Test("A parameter out of bounds is answered with the bounds")
  func parameterBounds() {
    let expected = "student-t.dof is -3, but must be in 0.1...1000000"
    #expect(
      Self.text { try .make(identifier: "student-t", parameters: ["dof": -3], shape: [4]) }
        == expected)
    #expect(
      Self.text { try SyntheticTensor(family: .studentT(degreesOfFreedom: -3), shape: [4]) }
        == expected)
    #expect(
      Self.text { try SyntheticTensor(family: .softmax(scale: .nan), shape: [4]) }
        == "softmax.scale is nan, but must be in 0.001...1000")
  }

  @Test(
    "A bad shape is named with its fault",
    arguments: [
      ([], "shape is [], but must be one extent or more"),
      ([4, 0], "shape[1] is 0, but must be 1 or more"),
      ([-1], "shape[0] is -1, but must be 1 or more"),
      ([65536, 65536], "shape is [65536, 65536], but must be of at most 2147483648 elements"),
      ([2, .max], "shape is [2, \(Int.max)], but must be of at most 2147483648 elements"),
    ] as [([Int], String)])
  func badShape(shape: [Int], expected: String) {
    #expect(Self.text { try SyntheticTensor(family: .gaussian, shape: shape) } == expected)
  }

  @Test("The largest shape allowed is allowed")
  func largestShape() throws {
    let tensor = try SyntheticTensor(family: .gaussian, shape: [1 << 16, 1 << 15])
    #expect(tensor.elementCount == SyntheticTensor.maximumElementCount)
  }

  @Test(
    "Bad outliers are named with their fault",
    arguments: [
      (1.5, 2, "outliers.fraction is 1.5, but must be in 0...1"),
      (.nan, 2, "outliers.fraction is nan, but must be in 0...1"),
      (0.5, 0, "outliers.scale is 0, but must be finite and above 0"),
      (0.5, .infinity, "outliers.scale is inf, but must be finite and above 0"),
    ] as [(Double, Double, String)])
  func badOutliers(fraction: Double, scale: Double, expected: String) {
    let outliers = SyntheticTensor.Outliers(fraction: fraction, scale: scale)
    let text = Self.text {
      try SyntheticTensor(family: .gaussian, shape: [4], outliers: outliers)
    }
    #expect(text == expected)
  }

  @Test(
    "Bad outlier channels are named with their fault",
    arguments: [
      (6, 2, -1, "outlierChannels.count is 6, but must be in 1...5"),
      (0, 2, 0, "outlierChannels.count is 0, but must be in 1...4"),
      (1, 2, 2, "outlierChannels.axis is 2, but must be in -2...1"),
      (1, 2, -3, "outlierChannels.axis is -3, but must be in -2...1"),
      (1, -2, 0, "outlierChannels.scale is -2, but must be finite and above 0"),
    ] as [(Int, Double, Int, String)])
  func badChannels(count: Int, scale: Double, axis: Int, expected: String) {
    let channels = SyntheticTensor.OutlierChannels(count: count, scale: scale, axis: axis)
    let text = Self.text {
      try SyntheticTensor(family: .gaussian, shape: [4, 5], outlierChannels: channels)
    }
    #expect(text == expected)
  }

  @Test("A huge outlier has a magnitude a float can have", arguments: [0, -1, 1e39, .nan])
  func badHugeOutlier(value: Double) {
    let text = Self.text {
      try SyntheticTensor(family: .gaussian, shape: [4], hugeOutlier: value)
    }
    #expect(text.hasPrefix("hugeOutlier is "))
    #expect(text.hasSuffix("but must be above 0 and at most 3.4028234663852886e+38"))
  }

  @Test("The index counts from 0")
  func badIndex() {
    #expect(
      Self.text { try SyntheticTensor(family: .gaussian, shape: [4], index: -1) }
        == "index is -1, but must be 0 or more")
  }
}
