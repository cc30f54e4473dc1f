package import ResultRecords

/// A result that cannot be right, whatever the baseline says.
package struct InvariantViolation: Hashable, Sendable {
  /// A law that results always obey.
  package enum Law: String, CaseIterable, Sendable {
    /// No error is below the certified optimum.
    case optimumIsNeverBeaten = "the optimum is never beaten"
    /// The optimum, and the error of an estimator that promises it, does not grow with the bits.
    case errorFallsWithBits = "error does not grow with bits"
    /// The optimum of a finer granularity is not above that of a coarser one.
    case finerIsNeverWorse = "finer granularity never raises the optimum"
    /// `mse = clipping_mse + rounding_mse`.
    case partsAddUp = "mse = clipping + rounding"
  }

  /// The law.
  package let law: Law
  /// The cell that breaks it.
  package let key: ResultRecord.Key
  /// The numbers.
  package let message: String
}
