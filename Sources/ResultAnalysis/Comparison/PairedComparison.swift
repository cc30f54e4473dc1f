internal import Foundation
package import ScientificMath

/// One contender against the reference.
package struct PairedComparison: Sendable {
  /// The contender.
  package let contender: String
  /// What it is held against.
  package let reference: String
  /// How many tensors both were measured on.
  package let tensors: Int
  /// How many cells that is.
  package let cells: Int
  /// How many cells have no ratio because one of the two has no error there.
  package let lossless: Int
  /// The geometric mean over tensors of the ratio of errors; below 1 the contender has less.
  package let ratio: Double?
  /// The median over tensors of the ratio.
  package let medianRatio: Double?
  /// The percentile bootstrap interval of the geometric mean, over tensors.
  package let interval: ClosedRange<Double>?
  /// Tensors on which the contender has less error.
  package let wins: Int
  /// Tensors on which the two have the same.
  package let ties: Int
  /// Tensors on which the contender has more.
  package let losses: Int
  /// Wilcoxon's test of the differences; none with too few tensors.
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
