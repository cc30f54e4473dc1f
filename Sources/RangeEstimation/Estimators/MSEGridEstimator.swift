public import QuantizationCore

/// Tries equal shrinks of min-max and keeps the one with the least squared error.
///
/// ```
/// candidates   p [min x, max x],  p = 1/steps, 2/steps ... 1;  covered by the grid
/// answer       the first with the least sum (x - x^)^2, measured on all values
/// ```
///
/// The outermost levels reach the ends of the range. Affine ranges shrink at both ends alike. With
/// `squares=float` the mean squared errors are compared in Float32, as loops over Float32 tensors do:
/// below about 1e-22 all are zero and the narrowest range is taken, beyond 1e19 all are infinite and
/// the widest is.
///
/// Known failure: the candidates are a hundredth of the largest value apart. Under an outlier of a
/// hundred standard deviations that is one candidate a standard deviation, and a range far
/// narrower than the first cannot be reached; and the two ends of a skewed tensor want different
/// shrinks.
///
/// Source: customary; the same hundred symmetric candidates are in PyTorch's torchao, on the full
/// grid and with A / 127.5 for a scale. Plain loops in PyTorch and numpy: 62 of 62 and 310 of 310
/// answers reproduced with `squares=float`.
public struct MSEGridEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "mse-grid", family: .search,
    summary: "the least squared error among equal shrinks of min-max",
    parameters: [Self.steps, Self.squares],
    cost: "O(steps n)", reference: "customary; torchao", takesAnyLevels: true)

  private static let steps = Parameter<Int>(
    "steps", in: 1...10000, default: 100, meaning: "number of candidates")
  private static let squares = Parameter(
    "squares", default: Precision.double, meaning: "the precision in which errors are compared")

  private enum Precision: String, CaseIterable { case double, float }

  private let steps: Int
  private let comparesInFloat: Bool

  /// Takes `steps` and `squares`.
  public init(_ arguments: EstimatorArguments) {
    steps = arguments[Self.steps]
    comparesInFloat = arguments[Self.squares] == .float
  }

  /// The best candidate.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let search = ShrinkSearch(data: statistics.range, grid: grid)
    let whole = search.quantizer(share: 1)
    guard whole.condition != .degenerate else { return whole }
    let candidates = (1...steps).map { search.quantizer(share: Double($0) / Double(steps)) }
    guard comparesInFloat else {
      return statistics.leastSquaredError(among: candidates) ?? whole
    }
    func cost(_ candidate: QuantizationParameters) -> Float {
      Float(statistics.squaredError(of: candidate) / Double(statistics.count))
    }
    let best = firstBest(candidates) { Double(cost($0)) } ?? whole
    return cost(best).isFinite ? best : whole
  }
}
