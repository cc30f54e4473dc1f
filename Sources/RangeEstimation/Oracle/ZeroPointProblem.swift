internal import QuantizationCore
internal import QuantizationKernels

/// The error of a lane with the best of all zero points at each scale, as a function E of the scale.
///
/// A grid has N steps. A zero point gives z of them to values below zero, 0 <= z <= N. Let f_z(s)
/// be its error at scale s. For each z, `f_z(s) - B_z(a) s^2` is concave for s >= a, as
/// ``ChordBound`` explains. No `B_z(a)` is larger than `B(a)`, the sum of squared codes with N
/// steps on each side of zero. So with
/// ```
/// E(s) = min over z of f_z(s)
/// ```
/// `E(s) - B(a) s^2` is a minimum of concave functions, and hence concave. The same bound holds for all
/// zero points together, so one search over scales finds the best scale and zero point.
///
/// At a given scale, each further step on a side lowers the error by less than the step before it,
/// so `f_z(s)` is convex in z. If N steps are enough for both sides, some zero point clips nothing,
/// and the error is that of rounding each value to a multiple of s.
protocol ZeroPointProblem: FixedZeroProblem {
  /// The number of steps between the outermost codes.
  var steps: Int { get }
}

extension ZeroPointProblem {
  /// All codes that some zero point has, with real zero at 0.
  var codes: ClosedRange<Int> { -steps...steps }

  func codes(of point: ScalePoint) -> ClosedRange<Int> {
    -point.codesBelow...steps - point.codesBelow
  }

  /// Whether all values have the same levels at both scales, and none is clipped.
  ///
  /// Otherwise the best zero point between the scales may be another one than at both ends.
  func isOnePiece(_ left: ScalePoint, _ right: ScalePoint) -> Bool {
    left.slack == 0 && right.slack == 0 && left.square == right.square
      && left.square == left.squareOfCost && right.square == right.squareOfCost
  }
}

extension ScalePoint {
  /// Creates the point of the best zero point at a scale.
  ///
  /// - Parameters:
  ///   - sums: The sums over values and nearest codes for that zero point.
  ///   - codesBelow: Its number of codes below zero.
  ///   - most: The sum of squared codes with N steps on each side of zero.
  ///   - slack: How much too large the error can be, and how much too small `most` can be, because
  ///     values are known in bins only.
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
