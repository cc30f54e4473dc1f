public import QuantizationCore

/// PyTorch's moving average of the extremes of batches.
///
/// ```
/// lower := lower + c (min - lower),   upper := upper + c (max - upper)
/// ```
///
/// from the extremes of the first batch, in Float32; the parameters are PyTorch's
/// (``TorchParameters``): on the full symmetric grid A / ((2^b - 1) / 2), never below 2^-23.
///
/// The library's own answers: 58 of 58 reproduced.
///
/// Known failure: with the default c of 0.01 the first batch decides; batches that grow are clipped
/// hard, and the answer depends on their order.
///
/// Source: PyTorch 2.13, MovingAverageMinMaxObserver; Jacob et al., Quantization and training of
/// neural networks for efficient integer-arithmetic-only inference, 2018.
public struct TorchMovingAverageEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "torch-moving-average", family: .statistics,
    summary: "the moving average of the extremes of batches",
    parameters: [
      ParameterDescriptor(
        "c", .number(0...1), default: .number(0.01), meaning: "weight of each later batch",
        isAlwaysNamed: true)
    ],
    cost: "O(n)", reference: "PyTorch 2.13; Jacob et al. 2018",
    breaks: [.batching, .scaling, .zeros, .everyGrid])

  private let weight: Float

  /// Takes `c`.
  public init(_ arguments: EstimatorArguments) { weight = Float(arguments.number("c")) }

  /// Covers the averages.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let extremes = statistics.batches.map(\.extremes)
    var range = extremes[0]
    for batch in extremes.dropFirst() {
      range.lower += weight * (batch.lower - range.lower)
      range.upper += weight * (batch.upper - range.upper)
    }
    return try TorchParameters.covering(range, on: grid)
  }
}
