/// Wilson's interval of a share, such as an accuracy: 95 % of such intervals hold the true share.
///
/// `(p + z^2/2n +- z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n)` with `p` the share seen in `n` trials
/// and `z` the 97.5 % quantile of the normal distribution. Unlike `p +- z sqrt(p (1 - p)/n)` it stays
/// within 0 and 1.
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// Journal of the American Statistical Association 22 (1927).
package enum WilsonInterval {
  /// The interval of a number of successes.
  ///
  /// - Precondition: At least one trial, and no more successes than trials.
  package static func of(_ successes: Int, in trials: Int) -> ClosedRange<Double> {
    precondition(trials > 0 && (0...trials).contains(successes), "successes in trials")
    let z = 1.959963984540054
    let (n, p) = (Double(trials), Double(successes) / Double(trials))
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
    return max(0, centre - half)...min(1, centre + half)
  }
}
