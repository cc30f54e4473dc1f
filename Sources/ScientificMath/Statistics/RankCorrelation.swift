internal import CStandardLibrary

/// Spearman's rank correlation: how well the order of one quantity tells the order of another.
///
/// The correlation of the ranks, equal values at their mean rank. Its 95 % interval is that of Fisher's
/// transformation with the variance `(1 + r^2/2)/(n - 3)`.
///
/// Source: D. G. Bonett and T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and
/// Spearman correlations", Psychometrika 65 (2000).
package struct RankCorrelation: Hashable, Sendable {
  /// The number of pairs.
  package let count: Int
  /// From -1, the opposite order, to 1, the same.
  package let value: Double
  /// The interval.
  package let interval: ClosedRange<Double>

  /// The correlation of pairs.
  ///
  /// - Returns: Nothing for fewer than six pairs, or where all values of a side are equal.
  ///
  /// Complexity: O(n log n).
  package init?(_ pairs: [(Double, Double)]) {
    guard pairs.count >= 6 else { return nil }
    let (x, y) = (Ranks(pairs.map(\.0)).values, Ranks(pairs.map(\.1)).values)
    let mean = Double(pairs.count + 1) / 2
    var (products, squaresX, squaresY) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      products += (x - mean) * (y - mean)
      squaresX += (x - mean) * (x - mean)
      squaresY += (y - mean) * (y - mean)
    }
    guard squaresX > 0, squaresY > 0 else { return nil }
    let value = max(-1, min(1, products / (squaresX * squaresY).squareRoot()))
    let half =
      1.959963984540054 * ((1 + value * value / 2) / Double(pairs.count - 3)).squareRoot()
    let bounded = max(-0.999_999, min(0.999_999, value))
    (count, self.value) = (pairs.count, value)
    interval = tanh(atanh(bounded) - half)...tanh(atanh(bounded) + half)
  }
}
