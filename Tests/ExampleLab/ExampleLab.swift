// README begin
import LabCommands
import QuantizationCore
import RangeEstimation

@main
enum ExampleLab {
  static func main() {
    RangeLabCommand.main(registry: .builtIn.adding([PartRangeEstimator.self]))
  }
}

/// Covers a part of the data's range.
struct PartRangeEstimator: RangeEstimator {
  static let share = Parameter<Double>(
    "share", in: 0.01...1, default: 0.5, meaning: "the part of either end that is kept")
  static let descriptor = EstimatorDescriptor(
    identifier: "part-range", family: .statistics,
    summary: "a part of the smallest to largest value",
    parameters: [share], cost: "O(1)", reference: "none")

  let share: Double

  init(_ arguments: EstimatorArguments) { share = arguments[Self.share] }

  func parameters(
    from statistics: ExtremaStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let range = statistics.range
    return QuantizationParameters(
      covering: ClippingRange(range.lower * share, range.upper * share), on: grid)
  }
}
// README end
