public import QuantizationCore

/// Clips where the calibration of MXNet, and of TVM after it, finds the least divergence.
///
/// ```
/// A = max |x|; 8001 bins over [-A, A], z the middle one;  G = 2^b - 1 groups (unsigned: 2^(b+1) - 1)
/// for i = G / 2 ... z the window [z - i, z + i] of h:
///   P = the window, its ends with the counts outside
///   Q = the window without its first bin, in G groups of size / G bins (the last takes the rest),
///       each bin where P > 0 with the mean of its group's bins that have a count
///   zeros become 1e-4, taken evenly from what is not zero
/// i = argmin KL(P || Q), the first on ties;   threshold = upper edge of bin z + i
/// ```
///
/// The outermost level is the threshold. Not defined for affine grids and above 11 bits (unsigned:
/// 10), where the groups do not fit in the bins two wide.
///
/// The library's own answers: 165 of 165 reproduced, near ties decided in its Float32. A scale below
/// the least normal Float32 is raised to it here.
///
/// Known failure: all of KL's, and the first bin of a window counts as lying outside, so that
/// negating the data can change the answer. Bins are A / 4000 wide whatever the density: one great
/// outlier leaves everything else in a few of them. Zeros are quantized over a part of [-1/2, 1/2].
///
/// Source: Apache MXNet 1.9.1, `_contrib_calibrate_entropy`, after Migacz 2017.
public struct MXNetKLEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "mxnet-kl", family: .distribution,
    summary: "the least divergence as MXNet and TVM compute it",
    cost: "O(bins 2^bits)", reference: "Apache MXNet calibrate.cc; Migacz 2017",
    breaks: [.sign, .zeros, .everyGrid])

  private static let bins = 8001

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The threshold, covered by the grid.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    guard grid.family.scheme == .symmetric else {
      throw .notDefined(reason: "an affine grid: the rule has one threshold")
    }
    let groups = (grid.reachesBelowZero ? 1 : 2) * grid.bits.levels - 1
    guard 2 * groups <= Self.bins else {
      throw .notDefined(reason: "\(grid.bits) bits: \(groups) groups in \(Self.bins) bins")
    }
    let data = statistics.range
    let largest = max(-data.lower, data.upper)
    guard grid.reachesBelowZero || data.upper > 0 else {
      return QuantizationParameters(scale: 0, grid: grid)
    }
    // As numpy widens a histogram of zeros.
    let end = largest > 0 ? largest : 0.5
    let windows = MXNetWindows(counts: counts(of: statistics, upTo: end), groups: groups)
    let threshold = end * Double(2 * windows.bestReach() + 1) / Double(Self.bins)
    return QuantizationParameters(covering: ClippingRange(magnitude: threshold), on: grid)
  }
  /// The counts of the bins: as the numpy of its time forms them, with edges rounded once, where every
  /// value is known.
  private func counts(of statistics: SampleStatistics, upTo end: Double) -> [Double] {
    let step = 2 * end / Double(Self.bins)
    let edges = (0...Self.bins).map { Double(Float(Double($0) * step - end)) }
    guard statistics.isExact, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      return statistics.histogram(bins: Self.bins, absolute: false, lower: -end, upper: end)
        .map { Double($0) }
    }
    let make = { NumpyBinning.counts(of: statistics.values[...], edges: edges) }
    return statistics.cache?.value("mxnet", make: make) ?? make()
  }
}
