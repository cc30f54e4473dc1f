// README begin
import LabCommands
import QuantizationCore
import RangeEstimation

@main
enum ExampleLab {
  static func main() {
    RangeLabCommand.main(registry: .builtIn.adding([HalfRangeEstimator.self]))
  }
}

/// Covers half of the data's range.
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
// README end
