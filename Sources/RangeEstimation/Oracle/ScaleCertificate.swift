/// The result of a search over scales, with a lower bound of the errors of all other scales.
package struct ScaleCertificate: Sendable {
  /// The best scale found.
  package let scale: Double
  /// The number of codes below real zero for the best zero point: `zeroPoint - qmin`.
  package let codesBelow: Int
  /// The sum of squared errors at that scale and zero point, in real arithmetic; an upper bound of
  /// it if values are known in bins only.
  package let cost: Double
  /// No scale and no zero point has a smaller sum of squared errors, up to rounding.
  package let lowerBound: Double
  /// The number of evaluations of the error.
  package let evaluations: Int
}

/// A lower bound of the squared error f(s) on an interval [a, b] of scales.
///
/// Let `B(a)` be the sum of squared codes at scale a. As the scale grows, no code moves away from
/// zero, so `f(s) - B(a) s^2` is a minimum of concave functions. Hence it is concave, and lies
/// above its chord:
/// ```
/// f(s) >= (1-u) f(a) + u f(b) - B(a) h^2 u (1-u),   h = b - a,  u = (s - a) / h
/// ```
/// The bound is exact if no value changes its code in the interval. Otherwise it is at most `B(a)
/// h^2 / 4` too small. This is of second order in the width h, so about a hundred evaluations are
/// enough. The bound also holds with lower bounds of f(a) and f(b), and with an upper bound of
/// B(a).
///
/// Source: the convex underestimators of Androulakis, Maranas & Floudas 1995, here with a curvature
/// that is computed from the data. Idelbayev et al., CVPR 2021, find the same optimum in another
/// way.
struct ChordBound {
  /// A lower bound of f on the interval; never below zero.
  let value: Double
  /// The place u in the interval at which the bound is least, 0...1.
  let share: Double
  /// `B(a) h^2`: four times the largest possible distance between f and the bound.
  let bend: Double

  /// Creates the bound from f(a), f(b), the curvature `B(a)` and the width h.
  @inline(__always)
  init(left: Double, right: Double, curvature: Double, width: Double) {
    let rise = right - left
    bend = curvature * width * width
    guard abs(rise) < bend else {
      (value, share) = rise > 0 ? (left, 0) : (right, 1)
      return
    }
    share = (1 - rise / bend) / 2
    value = max(0, left + rise * share - bend * share * (1 - share))
  }
}

/// The precision at which a search stops.
struct SearchTolerance {
  /// The relative gap between the result and its lower bound.
  var relative = 1e-9

  /// An interval whose lower bound is at least this number need not be searched.
  ///
  /// It could not improve on `cost` by more than the tolerance, or by more than the rounding error
  /// of sums as large as `energy`.
  @inline(__always)
  func threshold(cost: Double, energy: Double) -> Double {
    cost - max(relative * cost, 1e-14 * energy)
  }
}
