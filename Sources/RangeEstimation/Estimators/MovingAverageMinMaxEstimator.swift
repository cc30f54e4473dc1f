public import QuantizationCore

/// Follows the extrema of calibration batches with an exponential average, as PyTorch does.
///
/// ```
/// first batch   lower = min x,                   upper = max x
/// each further  lower += c (min x - lower),      upper += c (max x - upper)      (Float32)
/// ```
///
/// The parameters are PyTorch's (`TorchParameters`): A / ((2^b - 1) / 2) on the full symmetric
/// grid, so that +A itself is clipped by half a step, and never a scale below 2^-23, all zeros
/// included. With one batch it is min-max. Not defined for unsigned symmetric grids, which the
/// library does not have.
///
/// Known failure: with c = 0.01 and few batches the first one decides almost alone, and values that
/// later batches bring are clipped; the answer depends on their order. Values around 1e-7 and below
/// collapse to zero.
///
/// The library's own answers: 58 of 58 reproduced, and with one batch 1168 of 1168 of its
/// `MinMaxObserver`, per tensor and per channel.
///
/// Source: PyTorch 2.13, `MovingAverageMinMaxObserver`; Jacob et al., Quantization and training of
/// neural networks for efficient integer-arithmetic-only inference, 2018.
public struct MovingAverageMinMaxEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "moving-average-minmax", family: .statistics,
    summary: "an exponential average of the batches' extrema",
    parameters: [Self.weight],
    cost: "O(n)", reference: "PyTorch 2.13 MovingAverageMinMaxObserver; Jacob et al. 2018",
    breaks: [.batching, .scaling, .zeros, .everyGrid], takesAnyLevels: true)

  private static let weight = Parameter<Double>(
    "c", in: 0...1, default: 0.01, meaning: "weight of each further batch", isAlwaysNamed: true)

  private let weight: Float

  /// Takes `c`.
  public init(_ arguments: EstimatorArguments) { weight = Float(arguments[Self.weight]) }

  /// The quantizer for the averaged extrema.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let extrema = statistics.batchExtrema
    var range = (lower: extrema[0].minimum, upper: extrema[0].maximum)
    for batch in extrema.dropFirst() {
      range.lower += weight * (batch.minimum - range.lower)
      range.upper += weight * (batch.maximum - range.upper)
    }
    return try TorchParameters.covering(range, on: grid)
  }
}
