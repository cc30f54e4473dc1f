internal import CGSL

/// McNemar's exact test: whether two models answer the same questions differently well.
///
/// Only questions that one of them answers rightly and the other does not tell anything. If both were
/// equally good, each of these would fall to either side like a fair coin.
///
/// Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions
/// or percentages", Psychometrika 12 (1947); exact binomial form.
package struct McNemarTest: Hashable, Sendable {
  /// The questions that only the first answers rightly.
  package let onlyFirst: Int
  /// The questions that only the second answers rightly.
  package let onlySecond: Int

  /// Counts answers of two models to the same questions.
  ///
  /// - Precondition: As many answers of one as of the other.
  package init(first: [Bool], second: [Bool]) {
    precondition(first.count == second.count, "answers to the same questions")
    onlyFirst = zip(first, second).count { $0 && !$1 }
    onlySecond = zip(first, second).count { !$0 && $1 }
  }

  /// How likely counts as unequal as these, or more, are of equally good models: twice the tail of the
  /// binomial distribution, at most 1.
  package var probability: Double {
    let fewer = UInt32(min(onlyFirst, onlySecond))
    let all = UInt32(onlyFirst + onlySecond)
    guard all > 0 else { return 1 }
    return min(1, 2 * gsl_cdf_binomial_P(fewer, 0.5, all))
  }
}
