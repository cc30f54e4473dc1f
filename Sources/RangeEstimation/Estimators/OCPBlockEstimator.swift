public import QuantizationCore

/// The power of two that the OCP gives a block of an MX format.
///
/// ```
/// scale = 2^(floor(log2 max|x|) - floor(log2 outermost level))
/// ```
///
/// so that the largest magnitude lies between the power of two of the outermost level and twice that.
///
/// Known failure: what lies beyond the outermost level is clipped, with E2M1 up to a quarter of the
/// largest value of a block.
///
/// Source: OCP Microscaling Formats 1.0, 2023, section 6.3.
public struct OCPBlockEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "ocp-mx", family: .statistics,
    summary: "the power of two that the OCP gives a block, for scales that are powers of two",
    cost: "O(1)", reference: "OCP Microscaling Formats 1.0", breaks: [.everyGrid],
    takesAnyLevels: true)

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The power of two of the largest magnitude, less that of the outermost level.
  ///
  /// - Throws: ``EstimationError/notDefined(reason:)`` where scales are no powers of two, or zero is not
  ///   in the middle.
  public func parameters(
    from statistics: ExtremaStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    guard grid.scaleFormat == .powerOfTwo, grid.family.scheme == .symmetric else {
      throw .notDefined(reason: "\(grid): its scales are no powers of two below a fixed zero")
    }
    let range = statistics.range
    let largest = grid.reachesBelowZero ? max(-range.lower, range.upper) : range.upper
    guard largest > 0 else { return QuantizationParameters(scale: 0, grid: grid) }
    let power = Double(
      sign: .plus, exponent: largest.exponent - grid.outermostLevel.exponent, significand: 1)
    return QuantizationParameters(scale: power, grid: grid)
  }
}
