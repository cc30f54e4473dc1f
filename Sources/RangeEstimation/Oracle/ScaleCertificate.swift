/// What a search over scales found, and how sure it is.
package struct ScaleCertificate: Sendable {
  /// The best scale found.
  package let scale: Double
  /// The codes below real zero for the best zero point: `zeroPoint - qmin`.
  package let codesBelow: Int
  /// The sum of squared errors there, in exact arithmetic on the sample; an upper bound of it where
  /// values are known in bins only.
  package let cost: Double
  /// No scale and no zero point has a smaller sum of squared errors, up to rounding.
  package let lowerBound: Double
  /// How often the error was evaluated.
  package let evaluations: Int
}

/// The bound behind the certificate.
///
/// Let `B(a)` be the sum of squared codes at the left end of an interval [a, b] of scales. As the
/// scale grows no code moves away from zero, so `f(s) - B(a) s^2` is a minimum of concave pieces,
/// hence concave, hence above its chord:
/// ```
/// f(s) >= (1-u) f(a) + u f(b) - B(a) h^2 u (1-u),   h = b - a,  u = (s - a) / h
/// ```
/// The bound is exact where no value changes its code and off by at most `B(a) h^2 / 4` elsewhere:
/// second order in the width, which is why some hundred evaluations are enough. It holds as well for
/// lower bounds of f(a) and f(b) and an upper bound of B(a).
///
/// Source: the convex underestimators of Androulakis, Maranas & Floudas 1995, with the curvature
/// read off the data; the optimum of Idelbayev et al., CVPR 2021, by another way.
struct ChordBound {
  /// A lower bound of f on the interval; never below zero.
  let value: Double
  /// Where in the interval it is attained, 0...1.
  let share: Double
  /// Four times what the bound can be off: `B(a) h^2`.
  let bend: Double

  /// The bound from both ends' costs, the curvature `B(a)` and the width.
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

/// When a search may stop.
struct SearchTolerance {
  /// The relative gap between answer and certificate.
  var relative = 1e-9

  /// Nothing whose bound is at least this is pursued: it could not improve on `cost` by more than
  /// the tolerance, or than what rounding in sums as large as the energy can tell.
  @inline(__always)
  func threshold(cost: Double, energy: Double) -> Double {
    cost - max(relative * cost, 1e-14 * energy)
  }
}
