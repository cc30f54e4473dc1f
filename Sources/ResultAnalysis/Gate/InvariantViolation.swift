package import ResultRecords

/// A result that cannot be right, whatever the baseline says.
package struct InvariantViolation: Hashable, Sendable {
  /// What must always be true.
  package enum Law: String, CaseIterable, Sendable {
    /// No error is below the certified optimum.
    case optimumIsNeverBeaten = "the optimum is never beaten"
    /// The optimum, and the error of an estimator that promises it, does not grow with the bits.
    case errorFallsWithBits = "error does not grow with bits"
    /// Ranges for parts of lanes can be those of the lanes.
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
