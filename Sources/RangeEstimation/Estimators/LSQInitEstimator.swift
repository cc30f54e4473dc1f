public import QuantizationCore

/// The step from which learned step size quantization starts its training.
///
/// ```
/// scale = 2 mean |x| / sqrt(qmax)
/// ```
///
/// A scale, so no convention is needed. Not defined for affine grids: the rule has no zero point.
///
/// Known failure: it is a starting point, not a range: 0.60 sigma for a normal density at 4 bits,
/// where 0.35 sigma is best. Useful as a baseline that any rule should beat.
///
/// Source: Esser et al., Learned step size quantization, 2020.
public struct LSQInitEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "lsq-init", family: .statistics,
    summary: "the initial step of learned step size quantization",
    cost: "O(1)", reference: "Esser et al. 2020 (LSQ)", breaks: [.everyGrid])

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The initial step.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    guard grid.family.scheme == .symmetric else {
      throw .notDefined(reason: "an affine grid: the rule has no zero point")
    }
    let root = Double(grid.maximumCode).squareRoot()
    return QuantizationParameters(scale: 2 * statistics.meanMagnitude / root, grid: grid)
  }
}
