internal import QuantizationCore
internal import QuantizationKernels

/// Evaluates the error of a lane at any scale, the codes on either side of zero fixed, or the best of
/// all zero points (``ZeroPointProblem``).
protocol FixedZeroProblem {
  /// The codes, real zero at 0; 0...0 where they are not integers.
  var codes: ClosedRange<Int> { get }
  /// The error of quantizing every value to zero.
  var energy: Double { get }
  /// The largest scale that can be optimal: the largest representable magnitude on one step.
  var largestScale: Double { get }
  /// The unit of scales: 1, or a power of two.
  var unit: Double { get }
  /// The sum of squared codes in the limit of scale zero, where every value has the extreme code
  /// of its sign.
  var extremeSquare: Double { get }
  /// The magnitude of the outermost level over that of the innermost.
  var reach: Double { get }
  /// The scales that may be used.
  var usable: UsableScales { get }
  /// The scales that may be used with the codes of a point.
  func usable(of point: ScalePoint) -> UsableScales
  /// A scale to begin at, if one is known to be good.
  var guess: Double? { get }
  /// Below this scale no error is less than a known one; 0 or less if that is not known.
  func leastScale(below cost: Double) -> Double
  /// Up to this scale every error is surely above a known one, so that nothing there can matter; 0
  /// or less if that is not known.
  func hopelessScale(above cost: Double) -> Double
  /// The error at a scale above zero.
  func evaluate(at scale: Double) -> ScalePoint
  /// The limit of scale zero.
  var pointAtZero: ScalePoint { get }
  /// A number C such that `f(s) - C s^2` is concave between two scales.
  func curvature(from left: ScalePoint, to right: ScalePoint) -> Double
  /// Whether one and the same parabola holds from one scale to the other, its least error offered.
  func isOnePiece(_ left: ScalePoint, _ right: ScalePoint) -> Bool
  /// The codes on either side of zero that the error of a point belongs to.
  func codes(of point: ScalePoint) -> ClosedRange<Int>
  /// A scale that the point suggests, with an error that it surely does not exceed.
  func offer(from point: ScalePoint) -> (scale: Double, cost: Double)?
}

/// What an evaluation tells of the error at one scale.
struct ScalePoint {
  let scale: Double
  /// The error; where values are known in bins only, an upper bound of it.
  let cost: Double
  /// The error, or a lower bound of it.
  let lowest: Double
  /// `sum c x` over the nearest codes c.
  let linear: Double
  /// `sum c^2`, or an upper bound of it.
  let square: Double
  /// `sum c^2` that belongs to `cost` and `linear`.
  let squareOfCost: Double
  /// What clipped values add to the curvature of powers above two, and the power of half the scale
  /// that rounding adds.
  var beyond = 0.0
  var halfPower = 0.0
  /// The codes below zero, where they are not fixed.
  var codesBelow = 0

  /// How far the bounds of the error are apart: 0 where it is known.
  var slack: Double { cost - lowest }
}

extension ScalePoint {
  /// The point of squared errors.
  @inline(__always)
  init(
    scale: Double, _ sums: ScaleSums, energy: Double, slack: (cost: Double, square: Double) = (0, 0)
  ) {
    let cost = sums.cost(scale: scale, energy: energy)
    self.init(
      scale: scale, cost: cost, lowest: max(0, cost - slack.cost), linear: sums.linear,
      square: sums.square + slack.square, squareOfCost: sums.square)
  }
}

/// Squared errors: what a problem does not say otherwise.
extension FixedZeroProblem {
  var pointAtZero: ScalePoint {
    ScalePoint(scale: 0, ScaleSums(linear: 0, square: extremeSquare), energy: energy)
  }

  func curvature(from left: ScalePoint, to right: ScalePoint) -> Double { left.square }

  func isOnePiece(_ left: ScalePoint, _ right: ScalePoint) -> Bool {
    left.slack == 0 && right.slack == 0 && left.square == right.square
      && left.linear == right.linear
  }

  var reach: Double { Double(max(-codes.lowerBound, codes.upperBound)) }

  var usable: UsableScales { UsableScales(codes: codes) }

  func usable(of point: ScalePoint) -> UsableScales { UsableScales(codes: codes(of: point)) }

  var unit: Double { 1 }
  var guess: Double? { nil }

  func leastScale(below cost: Double) -> Double { 0 }

  func hopelessScale(above cost: Double) -> Double { 0 }

  func codes(of point: ScalePoint) -> ClosedRange<Int> { codes }

  func offer(from point: ScalePoint) -> (scale: Double, cost: Double)? {
    guard point.squareOfCost > 0 else { return nil }
    return ScaleSums(linear: point.linear, square: point.squareOfCost)
      .offer(from: point.scale, cost: point.cost, energy: energy, usable: usable(of: point))
  }
}

extension ScaleSums {
  /// A usable scale near the least error of the parabola, with an error that it does not exceed.
  ///
  /// With codes held, A / B is the best scale and S2 - A^2/B its error; letting codes move to the
  /// nearest level from there only lowers it. Where A / B is not usable, the next scale below that is,
  /// or the scale that the parabola was taken at.
  @inline(__always)
  func offer(
    from origin: Double, cost: Double, energy: Double, usable: UsableScales
  ) -> (scale: Double, cost: Double) {
    let scale = linear / square
    guard !usable.contains(scale) else { return (scale, max(0, energy - linear * scale)) }
    let nearest = Double(usable.nearest(to: scale))
    let costThere = self.cost(scale: nearest, energy: energy)
    return usable.contains(origin) && cost < costThere ? (origin, cost) : (nearest, costThere)
  }
}
