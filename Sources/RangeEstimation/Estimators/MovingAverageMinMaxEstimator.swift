public import QuantizationCore

/// Follows the extrema of calibration batches with an exponential average, as PyTorch does.
///
/// ```
/// first batch   low = min x, high = max x
/// each further  low += c (min x - low), high += c (max x - high)           (Float32)
/// symmetric     scale = 2 max(-low, high) / (qmax - qmin)
/// affine        scale = (high - low) / (qmax - qmin), zero point = qmin - roundHalfEven(low / scale)
/// scale floor   2^-23
/// ```
///
/// with low and high widened to zero; unsigned: scale = high / qmax. On the full grid this gives
/// A / 127.5 at 8 bits, so +A itself is clipped by half a step. With one batch it is min-max.
///
/// Known failure: with c = 0.01 and few batches the first one decides almost alone, and values that
/// later batches bring are clipped. The floor of the scale breaks scale equivariance: values
/// around 1e-7 and below collapse to zero.
///
/// Source: PyTorch, `MovingAverageMinMaxObserver`; averaging as in Jacob et al. 2018.
public struct MovingAverageMinMaxEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "moving-average-minmax", family: .statistics,
    summary: "an exponential average of the batches' extrema",
    parameters: [
      ParameterDescriptor(
        "c", .number(0...1), default: .number(0.01), meaning: "weight of each further batch",
        isAlwaysNamed: true)
    ],
    cost: "O(n)", reference: "PyTorch MovingAverageMinMaxObserver; Jacob et al. 2018",
    breaks: [.batching, .scaling])

  private let weight: Float

  /// Takes `c`.
  public init(_ arguments: EstimatorArguments) { weight = Float(arguments.number("c")) }

  /// The quantizer for the averaged extrema.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let extrema = statistics.batchExtrema
    var (low, high) = extrema[0]
    for (minimum, maximum) in extrema.dropFirst() {
      low = moved(low, towards: minimum)
      high = moved(high, towards: maximum)
    }
    let range = ClippingRange(Double(low), Double(high))
    let covering = QuantizationParameters(covering: range, on: grid)
    guard covering.condition != .degenerate else { return covering }
    let width =
      switch grid.family.scheme {
      case .symmetric where grid.reachesBelowZero: 2 * max(-range.lower, range.upper)
      case .symmetric: range.upper
      case .affine: range.upper - range.lower
      }
    let scale = max(width / Double(grid.steps), 0x1p-23)
    guard grid.family.scheme == .affine else {
      return QuantizationParameters(scale: scale, grid: grid)
    }
    let below = (range.lower / scale).rounded(.toNearestOrEven)
    return QuantizationParameters(
      scale: scale, zeroPoint: grid.minimumCode - Int(below), grid: grid)
  }

  private func moved(_ value: Float, towards target: Float) -> Float {
    let step = weight * (target - value)
    return step.isFinite ? value + step : (1 - weight) * value + weight * target
  }
}
