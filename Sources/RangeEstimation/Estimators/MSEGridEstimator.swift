public import QuantizationCore

/// Tries equal shrinks of min-max and keeps the one with the least squared error.
///
/// ```
/// candidates   p [min x, max x],  p = 1/steps, 2/steps ... 1;  covered by the grid
/// answer       the first with the least sum (x - x^)^2, measured on all values
/// ```
///
/// The outermost levels reach the ends of the range. Affine ranges shrink at both ends alike.
///
/// Known failure: the candidates are a hundredth of the largest value apart. Under an outlier of a
/// hundred standard deviations that is one candidate a standard deviation, and a range far
/// narrower than the first cannot be reached; and the two ends of a skewed tensor want different
/// shrinks.
///
/// Source: customary; the same hundred symmetric candidates are in PyTorch's torchao, on the full
/// grid and with A / 127.5 for a scale. A plain loop of the same kind with PyTorch's fake-quantize
/// agrees in every row whose squares Float32 can hold: between about 1e-19 and 1e19.
public struct MSEGridEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "mse-grid", family: .search,
    summary: "the least squared error among equal shrinks of min-max",
    parameters: [
      ParameterDescriptor(
        "steps", .integer(1...10000), default: .number(100), meaning: "number of candidates")
    ],
    cost: "O(steps n)", reference: "customary; torchao")

  private let steps: Int

  /// Takes `steps`.
  public init(_ arguments: EstimatorArguments) { steps = arguments.integer("steps") }

  /// The best candidate.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let search = ShrinkSearch(data: statistics.range, grid: grid)
    let whole = search.quantizer(share: 1)
    guard whole.condition == .ordinary else { return whole }
    let candidates = (1...steps).lazy.map { search.quantizer(share: Double($0) / Double(steps)) }
    return firstBest(candidates, by: statistics.squaredError(of:)) ?? whole
  }
}
