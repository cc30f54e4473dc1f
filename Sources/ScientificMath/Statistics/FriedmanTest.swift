internal import CGSL

/// Friedman's test: whether `k` treatments rank alike over `n` blocks.
///
/// Values are ranked within each block. With R_j the sum of ranks of treatment j,
///
///     chi^2 = (12 / (n k (k + 1)) sum_j R_j^2 - 3 n (k + 1)) / c
///
/// where `c` corrects for ties. Iman and Davenport's
///
///     F = (n - 1) chi^2 / (n (k - 1) - chi^2)
///
/// follows the F distribution with `k - 1` and `(k - 1) (n - 1)` degrees of freedom more closely
/// than chi^2 follows its own, which is too cautious for few blocks.
///
/// References: M. Friedman, J. Am. Stat. Assoc. 32 (1937); R. L. Iman, J. M. Davenport, Comm. Stat.
/// A9 (1980).
public struct FriedmanTest: Equatable, Sendable {
  /// The mean rank of each treatment; 1 is the least value.
  public let meanRanks: [Double]
  /// The number of blocks, n.
  public let blocks: Int
  /// Friedman's statistic.
  public let chiSquared: Double
  /// Its upper tail.
  public let chiSquaredPValue: Double
  /// Iman and Davenport's statistic; infinite when every block ranks alike.
  public let fStatistic: Double
  /// Its upper tail.
  public let fPValue: Double

  /// Tests blocks of one value for each treatment.
  ///
  /// - Throws: ``GSLError`` unless there are two or more blocks, all of the same two or more values.
  public init(blocks: [[Double]]) throws(GSLError) {
    let treatments = blocks.first?.count ?? 0
    guard blocks.count >= 2, treatments >= 2, blocks.allSatisfy({ $0.count == treatments }),
      !blocks.joined().contains(where: \.isNaN)
    else {
      throw .invalid("Friedman test of \(blocks.count) blocks of \(treatments) values")
    }
    let ranks = blocks.map(Ranks.init)
    let (n, k) = (Double(blocks.count), Double(treatments))
    let sums = (0..<treatments).map { treatment in
      ranks.reduce(0) { $0 + $1.values[treatment] }
    }
    let ties = ranks.reduce(0) { $0 + $1.tieTerm }
    let correction = 1 - ties / (k * (k * k - 1) * n)
    let squares = sums.reduce(0) { $0 + $1 * $1 }
    // Where every block is all ties there is nothing to tell apart, and 0 / 0.
    let chi = correction > 0 ? (12 / (k * n * (k + 1)) * squares - 3 * n * (k + 1)) / correction : 0
    let room = n * (k - 1) - chi
    // Equal ranks everywhere leave no room, up to the rounding of the difference above.
    let f = room > 1e-12 * n * k ? (n - 1) * chi / room : .infinity
    meanRanks = sums.map { $0 / n }
    self.blocks = blocks.count
    chiSquared = chi
    fStatistic = f
    chiSquaredPValue = try GSLRuntime.finite("gsl_cdf_chisq_Q") { gsl_cdf_chisq_Q(chi, k - 1) }
    fPValue =
      f == .infinity
      ? 0
      : try GSLRuntime.finite("gsl_cdf_fdist_Q") { gsl_cdf_fdist_Q(f, k - 1, (k - 1) * (n - 1)) }
  }
}
