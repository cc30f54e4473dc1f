/// Holm's step-down correction of p-values for many tests at once.
///
/// The p-values in ascending order are multiplied by m, m - 1, ..., 1, made non-decreasing and cut
/// at 1. Rejecting those at most alpha keeps the probability of any false rejection at most alpha,
/// whatever the dependence of the tests.
///
/// Reference: S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Stat. 6
/// (1979).
public enum HolmCorrection {
  /// The corrected p-values, in the order given.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    var adjusted = pValues
    var floor = 0.0
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    for (place, index) in order.enumerated() {
      floor = max(floor, min(1, Double(pValues.count - place) * pValues[index]))
      adjusted[index] = floor
    }
    return adjusted
  }
}
