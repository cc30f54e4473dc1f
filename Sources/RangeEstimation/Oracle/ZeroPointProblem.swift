internal import QuantizationCore
internal import QuantizationKernels

/// The error of a lane at a scale under the best of all zero points, as one function of the scale.
///
/// A zero point leaves z of the steps N to values below zero, 0 <= z <= N. For each of them
/// `f_z(s) - B_z(a) s^2` is concave right of a scale a, as ``ChordBound`` says, and no `B_z(a)` exceeds
/// `B(a)`, the sum of squared codes with all steps on both sides. So with
/// ```
/// E(s) = min over z of f_z(s)
/// ```
/// `E(s) - B(a) s^2` is a minimum of concave functions, hence concave: the same bound serves all zero
/// points together, and one search over scales finds the best of them.
///
/// At a given scale each step more on a side gains less than the one before it, so `f_z(s)` is convex
/// in z. Where the steps suffice for both sides some zero point clips nothing, and the error is that of
/// the lattice `s Z`.
protocol ZeroPointProblem: FixedZeroProblem {
  /// The number of steps between the outermost codes.
  var steps: Int { get }
}

extension ZeroPointProblem {
  /// What some zero point has on either side.
  var codes: ClosedRange<Int> { -steps...steps }

  func codes(of point: ScalePoint) -> ClosedRange<Int> {
    -point.codesBelow...steps - point.codesBelow
  }

  /// Whether no value moves to another level from one scale to the other, and none is clipped:
  /// otherwise a zero point that is the best at neither end may be the best in between.
  func isOnePiece(_ left: ScalePoint, _ right: ScalePoint) -> Bool {
    left.slack == 0 && right.slack == 0 && left.square == right.square
      && left.square == left.squareOfCost && right.square == right.squareOfCost
  }
}

extension ScalePoint {
  /// The point of the best zero point at a scale.
  ///
  /// - Parameters:
  ///   - sums: Its parabola.
  ///   - codesBelow: Its steps below zero.
  ///   - most: The sum of squared codes with all steps on both sides.
  ///   - slack: How far the error may lie below, and `most` above what is known.
  init(
    scale: Double, _ sums: ScaleSums, codesBelow: Int, most: Double, energy: Double,
    slack: (cost: Double, square: Double) = (0, 0)
  ) {
    self.init(
      scale: scale, sums, energy: energy,
      slack: (slack.cost, most - sums.square + slack.square))
    self.codesBelow = codesBelow
  }
}
