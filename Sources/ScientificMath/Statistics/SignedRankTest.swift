internal import CGSL

/// Wilcoxon's signed-rank test: whether paired differences are symmetric about zero.
///
/// Differences of zero say nothing about the direction and are dropped (Wilcoxon's own treatment).
/// The magnitudes of the others are ranked; the statistic is the lesser of the sums of ranks of
/// positive and of negative differences. The p-value is two-sided, and found as scipy's `wilcoxon`
/// finds it with its defaults: from the exact distribution for up to 50 differences without zeros
/// and ties, and for up to 13 with them; else from a normal distribution whose variance is
/// corrected for ties, without a correction for continuity.
///
/// Reference: F. Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1 (1945).
public struct SignedRankTest: Equatable, Sendable {
  /// Where a p-value comes from.
  public enum Method: String, Sendable {
    /// All `2^n` assignments of signs.
    case exact
    /// The normal approximation.
    case normal
  }

  /// The most differences whose exact distribution is used.
  public static let exactLimit = 50
  /// The same, where some differences are zero or of equal magnitude.
  public static let exactLimitWithTies = 13

  /// How many differences are not zero.
  public let count: Int
  /// The sum of the ranks of positive differences.
  public let positiveRankSum: Double
  /// The lesser of the two rank sums.
  public let statistic: Double
  /// The probability of a statistic as extreme, were signs a matter of chance; 1 without any
  /// difference.
  public let pValue: Double
  /// Where the p-value comes from.
  public let method: Method

  /// Tests paired differences.
  ///
  /// - Throws: ``GSLError`` for a difference that is not a number.
  public init(differences: [Double]) throws(GSLError) {
    guard !differences.contains(where: \.isNaN) else {
      throw .invalid("Signed-rank test of a difference that is not a number")
    }
    let nonzero = differences.filter { $0 != 0 }
    let ranks = Ranks(nonzero.map(abs))
    let positive = zip(nonzero, ranks.values).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    let total = Double(nonzero.count * (nonzero.count + 1)) / 2
    count = nonzero.count
    positiveRankSum = positive
    statistic = min(positive, total - positive)
    let isPlain = ranks.tieSizes.isEmpty && nonzero.count == differences.count
    let limit = isPlain ? Self.exactLimit : Self.exactLimitWithTies
    if nonzero.isEmpty || differences.count <= limit {
      method = .exact
      pValue = Self.exactProbability(positive, ranks.values)
    } else {
      method = .normal
      pValue = try Self.normalProbability(positive, ranks)
    }
  }

  /// Counts the assignments of signs by their sum of positive ranks, one rank after the other.
  private static func exactProbability(_ positive: Double, _ ranks: [Double]) -> Double {
    // Ranks shared by an even number of equals are halves; doubled, all are whole. Counts stay
    // below 2^50, where Double holds every whole number.
    let doubled = ranks.map { Int(2 * $0) }
    var counts = [Double](repeating: 0, count: doubled.reduce(0, +) + 1)
    counts[0] = 1
    for rank in doubled {
      for sum in stride(from: counts.count - 1, through: rank, by: -1) {
        counts[sum] += counts[sum - rank]
      }
    }
    let observed = Int(2 * positive)
    let all = counts.reduce(0, +)
    let below = counts[...observed].reduce(0, +) / all
    let above = counts[observed...].reduce(0, +) / all
    return min(1, 2 * min(below, above))
  }

  private static func normalProbability(
    _ positive: Double, _ ranks: Ranks
  ) throws(GSLError) -> Double {
    let count = Double(ranks.values.count)
    let mean = count * (count + 1) / 4
    let variance = (count * (count + 1) * (2 * count + 1) - ranks.tieTerm / 2) / 24
    let tail = try SpecialFunctions.normalTail(abs(positive - mean) / variance.squareRoot())
    return 2 * tail
  }
}
