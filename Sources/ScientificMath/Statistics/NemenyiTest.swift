/// Nemenyi's test after Friedman's: which mean ranks differ by more than chance lets them.
///
/// Two treatments differ at level alpha when their mean ranks over n blocks are apart by
///
///     CD = q / sqrt(2) * sqrt(k (k + 1) / (6 n))
///
/// or more, with q the studentized range that k normal numbers exceed with probability alpha.
///
/// Reference: J. Demšar, Statistical comparisons of classifiers over multiple data sets, J. Mach.
/// Learn. Res. 7 (2006), section 3.2.2.
public enum NemenyiTest {
  /// The critical difference of mean ranks.
  ///
  /// - Throws: ``GSLError`` unless there are two treatments or more, a block and a level between 0
  ///   and 1.
  public static func criticalDifference(
    treatments: Int, blocks: Int, level: Double = 0.05
  ) throws(GSLError) -> Double {
    guard blocks >= 1 else { throw .invalid("Critical difference over \(blocks) blocks") }
    let range = try StudentizedRange.quantile(exceededWith: level, count: treatments)
    let k = Double(treatments)
    return range * (k * (k + 1) / (12 * Double(blocks))).squareRoot()
  }
}
