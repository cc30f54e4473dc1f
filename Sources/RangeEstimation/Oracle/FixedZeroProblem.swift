internal import QuantizationCore
internal import QuantizationKernels

/// The error of a lane as a function f of the scale, for one zero point.
///
/// ``FixedZeroSearch`` finds its least value.
///
/// A ``ZeroPointProblem`` is the same for the best of all zero points at each scale.
protocol FixedZeroProblem {
  /// The codes, shifted so that real zero is at 0; 0...0 if the levels are a table.
  var codes: ClosedRange<Int> { get }
  /// The error of quantizing every value to zero.
  var energy: Double { get }
  /// The largest scale that can be optimal: the innermost level then lies at the largest magnitude.
  var largestScale: Double { get }
  /// The unit in which scales are given: 1, or another power of two.
  var unit: Double { get }
  /// The sum of squared codes in the limit of scale zero, where every value has the outermost code of
  /// its sign.
  var extremeSquare: Double { get }
  /// The magnitude of the outermost level divided by that of the innermost level that is not zero.
  var reach: Double { get }
  /// The scales that a quantizer may have with some zero point of the problem.
  var usable: UsableScales { get }
  /// The scales that a quantizer may have with the zero point of a point.
  func usable(of point: ScalePoint) -> UsableScales
  /// A scale to evaluate first, because its error is probably small; nil if none is known.
  var guess: Double? { get }
  /// A scale below which every error is at least `cost`; 0 or less if none is known.
  func leastScale(below cost: Double) -> Double
  /// A scale up to which every error is above `cost`; 0 or less if none is known.
  func hopelessScale(above cost: Double) -> Double
  /// Whether all errors between two scales are known to be above that of the solution.
  func excludes(from left: Double, to right: Double) -> Bool
  /// The error at a scale above zero.
  func evaluate(at scale: Double) -> ScalePoint
  /// Two points at a scale above zero, with bounds of the error and no smaller curvature than that of
  /// ``evaluate(at:)``; nil where no bounds are known with this detail, 0 for what takes least time.
  func bounds(at scale: Double, detail: Int) -> (least: ScalePoint, most: ScalePoint)?
  /// The point in the limit of scale zero.
  var pointAtZero: ScalePoint { get }
  /// A number C such that `f(s) - C s^2` is concave between the scales of two points.
  func curvature(from left: ScalePoint, to right: ScalePoint) -> Double
  /// Whether f is one parabola between the scales of two points, so that ``offer(from:)`` has returned
  /// its least error already.
  func isOnePiece(_ left: ScalePoint, _ right: ScalePoint) -> Bool
  /// The codes of the zero point that the error of a point belongs to, with real zero at 0.
  func codes(of point: ScalePoint) -> ClosedRange<Int>
  /// The best usable scale that follows from the sums of a point, with an upper bound of its error; nil
  /// if there is none.
  func offer(from point: ScalePoint) -> (scale: Double, cost: Double)?
}

/// The error at one scale, and the sums from which bounds at other scales follow.
struct ScalePoint {
  /// The scale.
  let scale: Double
  /// The error; if values are known in bins only, an upper bound of it.
  let cost: Double
  /// The error, or a lower bound of it.
  let lowest: Double
  /// `sum c x` over the values x and their nearest codes c.
  let linear: Double
  /// `sum c^2`, or an upper bound of it.
  let square: Double
  /// `sum c^2` over the codes from which `cost` and `linear` are computed.
  let squareOfCost: Double
  /// Two terms of the curvature of powers above two; see ``PowerProblem``.
  ///
  /// `beyond` comes from clipped values; `halfPower` is `(scale / 2)^(p - 2)` and belongs to
  /// rounded values.
  var beyond = 0.0
  var halfPower = 0.0
  /// The number of codes below zero of the best zero point, if the problem is for all zero points.
  var codesBelow = 0

  /// The distance between the bounds of the error; 0 if the error is known.
  var slack: Double { cost - lowest }
}

extension ScalePoint {
  /// Creates a point of squared errors.
  ///
  /// - Parameters:
  ///   - sums: The sums over values and nearest codes.
  ///   - slack: How much too large the error can be, and how much too small `sum c^2` can be, because
  ///     values are known in bins only.
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

/// Default implementations for squared errors.
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

  func excludes(from left: Double, to right: Double) -> Bool { false }

  func bounds(at scale: Double, detail: Int) -> (least: ScalePoint, most: ScalePoint)? { nil }

  func codes(of point: ScalePoint) -> ClosedRange<Int> { codes }

  func offer(from point: ScalePoint) -> (scale: Double, cost: Double)? {
    guard point.squareOfCost > 0 else { return nil }
    return ScaleSums(linear: point.linear, square: point.squareOfCost)
      .offer(from: point.scale, cost: point.cost, energy: energy, usable: usable(of: point))
  }
}

extension ScaleSums {
  /// A usable scale near the least point of the parabola, with an upper bound of its error.
  ///
  /// With codes held, the best scale is `linear / square`, and its error is `energy - linear^2 /
  /// square`. If each value then moves to its nearest code, the error can only fall. If that scale
  /// is not usable, the result is the better of the nearest usable scale and `origin`.
  ///
  /// - Parameters:
  ///   - origin: The scale at which the sums were computed.
  ///   - cost: The error there.
  ///   - energy: The sum of the squares of the values.
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
