internal import CStandardLibrary
public import QuantizationCore

/// Clips where ncnn's published calibration tool finds the least divergence.
///
/// ```
/// A = max |x|; 2048 bins over [0, A], the first dropped;  G = 2^(b-1) groups (unsigned: 2^b)
/// for each number T of bins from G up to all but one:
///   P = the first T bins, the last with the counts beyond
///   Q = the first T bins in G groups of T / G bins (rounded down; the last takes the rest), the
///       counts of a group spread evenly over its bins where P > 0, but never over bin T itself
///   zeros of P and of Q become 1e-4
/// T = argmin KL(P || Q), the first on ties;   threshold = (T + 1/2) A / 2048
/// ```
///
/// The outermost level is the threshold: scale = threshold / 127 at 8 bits. `sign=positive` counts
/// only positive values, as the first version of the tool did to every blob. Not defined for affine
/// grids and where the groups do not fit in the bins (12 bits and more).
///
/// The tool's own answers: 58 of 58 reproduced. For all zeros it has the scale 0, here degenerate.
///
/// Known failure: the remainder of T / G goes to the last group, so that the divergence drops where
/// T + 1 is a multiple of G, and the answer is one of a dozen widths. Constants and two-valued data
/// end at the narrowest window, 1/16 of the maximum at 8 bits.
///
/// Source: the Python calibration tool for ncnn (2019) after Migacz 2017.
public struct NCNNKLEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "ncnn-kl", family: .distribution,
    summary: "the least divergence as ncnn's calibration tool computes it",
    parameters: [Self.sign],
    cost: "O(bins 2^bits)", reference: "ncnn calibration tool 2019; Migacz 2017",
    breaks: [.everyGrid])

  private static let sign = Parameter(
    "sign", default: Sign.both,
    meaning: "whether magnitudes or only positive values are counted")

  private enum Sign: String, CaseIterable { case both, positive }

  private static let bins = 2048

  private let countsMagnitudes: Bool

  /// Takes `sign`.
  public init(_ arguments: EstimatorArguments) {
    countsMagnitudes = arguments[Self.sign] == .both
  }

  /// The threshold, covered by the grid.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    guard grid.family.scheme == .symmetric else {
      throw .notDefined(reason: "an affine grid: the rule has one threshold")
    }
    let groups = grid.reachesBelowZero ? grid.bits.levels / 2 : grid.bits.levels
    guard groups < Self.bins - 1 else {
      throw .notDefined(reason: "\(grid.bits) bits: \(groups) groups in \(Self.bins - 1) bins")
    }
    let isFolded = countsMagnitudes && grid.reachesBelowZero
    let data = statistics.range
    let largest = grid.reachesBelowZero ? max(-data.lower, data.upper) : data.upper
    guard largest > 0 else { return QuantizationParameters(scale: 0, grid: grid) }
    // Without folding negative values fall in the first bin, which is dropped.
    let counts = statistics.histogram(
      bins: Self.bins, absolute: isFolded, lower: 0, upper: largest)
    let window = bestWindow(counts.dropFirst().map { Double($0) }, groups: groups)
    let threshold = (Double(window) + 0.5) * largest / Double(Self.bins)
    return QuantizationParameters(covering: ClippingRange(magnitude: threshold), on: grid)
  }

  private func bestWindow(_ counts: [Double], groups: Int) -> Int {
    let sums = SmoothedSums(counts)
    var (best, least) = (groups, Double.infinity)
    for window in groups..<counts.count {
      let value = divergence(counts, sums, window: window, groups: groups)
      if value < least { (best, least) = (window, value) }
    }
    return best
  }

  /// Complexity: O(groups), from prefix sums.
  private func divergence(
    _ counts: [Double], _ sums: SmoothedSums, window: Int, groups: Int
  ) -> Double {
    let size = window / groups
    // The last bin of the window is the one that `stop = -1` of the tool leaves out.
    let spread = window - 1
    let outermost = counts[spread] + sums.mass(window, counts.count)
    let filled = sums.filled(0, spread)
    var divergence = DivergenceSums()
    divergence.add(Self.floor, bins: spread - filled)
    divergence.add(max(outermost, Self.floor), Self.floor)
    divergence.add(entropy: sums.entropySum(0, spread, less: 0))
    for group in 0..<groups {
      let start = group * size
      let end = group == groups - 1 ? spread : start + size
      let filled = sums.filled(start, end)
      guard filled > 0 else { continue }
      let mass = sums.mass(start, end)
      let level = (group == groups - 1 ? mass + counts[spread] : mass) / Double(filled)
      divergence.add(mass: mass, level: level, bins: filled)
    }
    return divergence.divergence
  }

  /// What zeros become; counts are whole numbers.
  private static let floor = 1e-4
}
