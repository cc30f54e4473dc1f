internal import QuantizationCore

/// How a clipping value becomes a step: the part of an analytic rule that papers leave open and
/// that moves the error by up to a third.
///
/// ```
///                   narrow             full              unsigned         affine, range width w
/// powerOfTwo        2 alpha / 2^b      2 alpha / 2^b     alpha / 2^b      w / 2^b
/// outermostLevel    2 alpha / (2^b-2)  2 alpha / (2^b-1) alpha / (2^b-1)  w / (2^b-1)
/// ```
enum ClipConvention {
  /// The range holds 2^b steps: the model of the papers.
  case powerOfTwo
  /// The range ends at the outermost levels of the grid: as many steps as the grid has.
  case outermostLevel

  /// The number of steps in the range [-alpha, alpha], or [0, alpha] where that is all there is.
  private func steps(on grid: CodeGrid) -> Double {
    Double(self == .powerOfTwo ? grid.bits.levels : grid.steps)
  }

  /// (step / alpha)^2 / 12: the rounding noise of the model in units of alpha^2.
  func noise(of side: ClipSide, on grid: CodeGrid) -> Double {
    let step = (side == .both ? 2 : 1) / steps(on: grid)
    return step * step / 12
  }

  /// The quantizer that clips at a distance of `alpha` from `center`, but not outside the data.
  func quantizer(
    alpha: Double, center: Double = 0, side: ClipSide, data: ClippingRange, on grid: CodeGrid
  ) -> QuantizationParameters {
    guard grid.family.scheme == .affine else {
      let largest = grid.reachesBelowZero ? max(-data.lower, data.upper) : data.upper
      let width = (grid.reachesBelowZero ? 2 : 1) * min(alpha, largest)
      return QuantizationParameters(scale: width / steps(on: grid), grid: grid)
    }
    let lower = min(0, max(data.lower, center - alpha))
    let upper = max(0, min(data.upper, center + alpha))
    let scale = (upper - lower) / steps(on: grid)
    guard scale > 0 else { return QuantizationParameters(scale: 0, grid: grid) }
    let below = (-lower / scale).rounded(.toNearestOrEven)
    return QuantizationParameters(
      scale: scale, zeroPoint: grid.minimumCode + Int(min(below, Double(grid.steps))), grid: grid)
  }
}

/// Which sides of zero the codes of a grid have to be spent on.
enum ClipSide {
  /// The model density has two tails; its range is [-alpha, alpha].
  case both
  /// It has one tail: its range is [0, alpha] or [-alpha, 0].
  case one

  /// One side where the grid has no other, or where the data have none and the zero point can move.
  init(of sample: SampleStatistics, on grid: CodeGrid) {
    let isOneSided = sample.isOneSided || sample.range.upper == 0
    let canMove = grid.family.scheme == .affine
    self = !grid.reachesBelowZero || (canMove && isOneSided) ? .one : .both
  }
}
