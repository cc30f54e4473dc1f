internal import Foundation
package import ScientificMath

/// The comparison of one contender with the reference.
package struct PairedComparison: Sendable {
  /// The contender.
  package let contender: String
  /// The contender with which it is compared.
  package let reference: String
  /// The number of tensors on which both were measured.
  package let tensors: Int
  /// The number of cells in which both were measured and have a ratio.
  package let cells: Int
  /// The number of cells without a ratio, because one of the two has no error.
  package let lossless: Int
  /// The geometric mean over tensors of the ratio of errors; below 1 if the contender has less
  /// error.
  package let ratio: Double?
  /// The median over tensors of the ratio.
  package let medianRatio: Double?
  /// The percentile bootstrap interval of the geometric mean, over tensors.
  package let interval: ClosedRange<Double>?
  /// The number of tensors on which the contender has less error.
  package let wins: Int
  /// The number of tensors on which both have the same error.
  package let ties: Int
  /// The number of tensors on which the contender has more error.
  package let losses: Int
  /// Wilcoxon's test of the differences; nil with too few tensors.
  package let test: SignedRankTest?
  /// The p-value corrected for the number of tests.
  package internal(set) var adjustedPValue: Double?

  init(
    _ pair: PairedErrors, _ contender: String, against reference: String,
    _ method: ComparisonMethod
  ) throws {
    self.contender = contender
    self.reference = reference
    let differences = pair.differences
    tensors = differences.count
    cells = pair.cells
    lossless = pair.lossless
    let summary = SampleSummary(differences)
    ratio = summary.map { exp($0.mean) }
    medianRatio = summary.map { exp($0.median) }
    wins = differences.count { $0 < 0 }
    ties = differences.count { $0 == 0 }
    losses = differences.count { $0 > 0 }
    guard differences.count >= ComparisonMethod.leastTensors else {
      (interval, test) = (nil, nil)
      return
    }
    let logs = try method.bootstrap.interval(of: differences)
    interval = exp(logs.lowerBound)...exp(logs.upperBound)
    test = try SignedRankTest(differences: pair.steps)
  }
}
