internal import Foundation
public import ScientificMath

/// One contender against the reference.
public struct PairedComparison: Sendable {
  /// The contender.
  public let contender: String
  /// What it is held against.
  public let reference: String
  /// How many tensors both were measured on.
  public let tensors: Int
  /// How many cells that is.
  public let cells: Int
  /// How many cells have no ratio because one of the two has no error there.
  public let lossless: Int
  /// The geometric mean over tensors of the ratio of errors; below 1 the contender has less.
  public let ratio: Double?
  /// The median over tensors of the ratio.
  public let medianRatio: Double?
  /// The percentile bootstrap interval of the geometric mean, over tensors.
  public let interval: ClosedRange<Double>?
  /// Tensors on which the contender has less error.
  public let wins: Int
  /// Tensors on which the two have the same.
  public let ties: Int
  /// Tensors on which the contender has more.
  public let losses: Int
  /// Wilcoxon's test of the differences; none with too few tensors.
  public let test: SignedRankTest?
  /// The p-value corrected for the number of tests.
  public internal(set) var adjustedPValue: Double?

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
