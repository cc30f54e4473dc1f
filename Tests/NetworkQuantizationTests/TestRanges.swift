import NetworkQuantization
import QuantizationCore
import RangeFiles

/// Ranges by hand.
enum TestRanges {
  /// Codes of a family and width.
  static func grid(_ family: GridFamily, _ bits: Int) -> CodeGrid {
    guard let width = BitWidth(bits) else { preconditionFailure("\(bits) bits") }
    return CodeGrid(family, bits: width)
  }

  /// One range for all of an activation.
  static func activation(
    _ name: String, _ grid: CodeGrid, scale: Float, zeroPoint: Int = 0
  ) -> TensorRange {
    TensorRange(
      name: name, kind: .activation, shape: [], granularity: .tensor, grid: grid,
      estimator: "hand", scales: [scale], zeroPoints: [zeroPoint])
  }

  /// Ranges of a weight.
  static func weight(
    _ name: String, _ shape: [Int], _ granularity: Granularity, _ grid: CodeGrid, _ scales: [Float]
  ) -> TensorRange {
    TensorRange(
      name: name, kind: .weight, shape: shape, granularity: granularity, grid: grid,
      estimator: "hand", scales: scales, zeroPoints: scales.map { _ in 0 })
  }

  /// A set without a model.
  static func set(_ ranges: [TensorRange]) -> RangeSet { RangeSet(model: nil, tensors: ranges) }
}
