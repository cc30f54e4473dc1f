internal import QuantizationCore

/// Scale and zero point as PyTorch's observers compute them, in Float32.
enum TorchParameters {
  /// The least scale, 2^-23.
  private static let floor: Float = 0x1p-23

  /// The parameters for a range.
  ///
  /// ```
  /// symmetric   scale = max(-lower, upper) / ((qmax - qmin) / 2)
  /// affine      scale = (upper - lower) / (qmax - qmin),  zero = qmin - roundHalfEven(lower / scale)
  /// ```
  ///
  /// after widening to zero. On the full grid the upper end itself is clipped by half a step.
  static func covering(
    _ range: (lower: Float, upper: Float), on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let (lower, upper) = (min(range.lower, 0), max(range.upper, 0))
    guard (upper - lower).isFinite else {
      throw .notDefined(reason: "a range whose width is beyond Float32")
    }
    switch grid.family.levels {
    case .symmetricUnsigned:
      throw .notDefined(reason: "unsigned symmetric grids: the library's have zero in the middle")
    case .symmetricNarrow, .symmetricFull:
      let scale = max(max(-lower, upper) / (Float(grid.steps) / 2), floor)
      return QuantizationParameters(scale: Double(scale), grid: grid)
    case .affineUnsigned, .affineSigned:
      let scale = max((upper - lower) / Float(grid.steps), floor)
      let zero = (lower / scale).rounded(.toNearestOrEven)
      return QuantizationParameters(
        scale: Double(scale), zeroPoint: grid.minimumCode - Int(zero), grid: grid)
    case .table:
      throw .notDefined(reason: "levels that are not integers")
    }
  }
}
