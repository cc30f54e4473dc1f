internal import QuantizationCore

/// What ONNX Runtime's histogram calibrators have in common.
enum OrtCalibration {
  /// The parameters for a range, the ends moved into what was observed.
  ///
  /// Affine and symmetric parameters cover the range; where the scale would be below the least
  /// normal Float32 the library uses scale 1.
  static func parameters(
    lower: Double, upper: Double, observed batches: [ArraySlice<Float>], on grid: CodeGrid
  ) -> QuantizationParameters {
    let extremes = batches.map(\.extremes)
    let least = extremes.map(\.lower).min().map(Double.init) ?? 0
    let most = extremes.map(\.upper).max().map(Double.init) ?? 0
    let range = ClippingRange(max(lower, least), min(upper, most))
    let covering = QuantizationParameters(covering: range, on: grid)
    return covering.condition == .scaleRaised
      ? QuantizationParameters(scale: 0, grid: grid) : covering
  }
}
