import QuantizationCore
import RangeEstimation

/// Covers half of the data's range: a rule outside of the library that keeps all laws.
struct HalfRangeEstimator: RangeEstimator {
  static let descriptor = EstimatorDescriptor(
    identifier: "half-range", family: .statistics, summary: "half of the smallest to largest value",
    cost: "O(1)", reference: "none")

  init(_ arguments: EstimatorArguments) {}

  func parameters(
    from statistics: ExtremaStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let range = statistics.range
    return QuantizationParameters(
      covering: ClippingRange(range.lower / 2, range.upper / 2), on: grid)
  }
}

/// Covers the last value seen and one more, with a bit less than asked: it breaks every law.
struct LastValueEstimator: RangeEstimator {
  struct Statistics: LaneStatistics {
    private(set) var count = 0
    private(set) var last: Float = 0

    init(shape: LaneShape) {}

    mutating func observe(_ values: Span<Float>) {
      count += values.count
      if !values.isEmpty { last = values[values.count - 1] }
    }

    mutating func merge(_ other: Statistics) {
      count += other.count
      last = other.last
    }
  }

  static let descriptor = EstimatorDescriptor(
    identifier: "last-value", family: .statistics, summary: "the last value and one more",
    cost: "O(1)", reference: "none")

  init(_ arguments: EstimatorArguments) {}

  func parameters(
    from statistics: Statistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let narrower = CodeGrid(grid.family, bits: BitWidth(grid.bits.count - 1) ?? grid.bits)
    return QuantizationParameters(
      covering: ClippingRange(0, Double(statistics.last) + 1), on: narrower)
  }
}
