/// What sums over tails need to know of levels, on either side of zero.
///
/// With magnitudes `0 = l_0 < l_1 < ... < l_k` of the levels of one sign and thresholds
/// `m_j = (l_j + l_(j-1)) / 2`, the nearest levels l of magnitudes y at a scale s have
/// ```
/// sum l y = sum_j (l_j - l_(j-1)) sum { y : y >= m_j s }
/// sum l^2 = sum_j (l_j^2 - l_(j-1)^2) #{ y : y >= m_j s }
/// ```
/// Of integers the differences are 1 and 2j - 1. As the scale grows no level moves away from zero, which
/// is all that a certificate needs.
package struct LevelLadder: Sendable {
  /// The steps on one side of zero, outwards.
  package struct Side: Sendable {
    /// The magnitudes `l_0 ... l_k`, zero first.
    package let magnitudes: [Double]
    /// The ratios `m_j` from which on a magnitude has the level `l_j`, or one further out.
    package let thresholds: [Double]
    /// The differences `l_j - l_(j-1)`.
    package let differences: [Double]
    /// The differences `l_j^2 - l_(j-1)^2`.
    package let squares: [Double]
    /// The outermost magnitude; 0 without levels.
    package let outermost: Double
    /// The innermost magnitude above zero; infinite without levels.
    package let innermost: Double

    fileprivate init(magnitudes: [Double]) {
      self.magnitudes = [0] + magnitudes
      let pairs = zip(self.magnitudes, magnitudes)
      thresholds = pairs.map { ($0 + $1) / 2 }
      differences = pairs.map { $1 - $0 }
      squares = pairs.map { $1 * $1 - $0 * $0 }
      outermost = magnitudes.last ?? 0
      innermost = magnitudes.first ?? .infinity
    }
  }

  /// The levels below zero.
  package let below: Side
  /// The levels above zero.
  package let above: Side

  /// The ladder of distinct levels in ascending order, zero among them.
  init(ascending levels: [Float]) {
    let reals = levels.map(Double.init)
    below = Side(magnitudes: reals.reversed().filter { $0 < 0 }.map { -$0 })
    above = Side(magnitudes: reals.filter { $0 > 0 })
  }

  /// The magnitude of the outermost level.
  package var outermost: Double { max(below.outermost, above.outermost) }

  /// The magnitude of the innermost level that is not zero.
  package var innermost: Double { min(below.innermost, above.innermost) }
}
