public import QuantizationCore

/// Clips where the calibration of MXNet, and of TVM after it, finds the least divergence.
///
/// ```
/// A = max |x|; 8001 bins over [-A, A], z the middle one;  G = 2^b - 1 groups (unsigned: 2^(b+1) - 1)
/// for i = G / 2 ... z the window [z - i, z + i] of h:
///   P = the window, its ends with the counts outside
///   Q = the window without its first bin, in G groups of size / G bins (the last takes the rest),
///       the counts of a group spread evenly over its bins where P > 0
///   zeros become 1e-4, taken evenly from what is not zero
/// i = argmin KL(P || Q), the first on ties;   threshold = upper edge of bin z + i
/// ```
///
/// The outermost level is the threshold. Not defined for affine grids and above 11 bits (unsigned:
/// 10), where the groups do not fit in the bins two wide.
///
/// Known failure: all of KL's, and the first bin of a window counts as lying outside, so that
/// negating the data can change the answer. Bins are A / 4000 wide whatever the density: one great
/// outlier leaves everything else in a few of them.
///
/// Source: Apache MXNet, `calibrate.cc`, after Migacz 2017.
public struct MXNetKLEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "mxnet-kl", family: .distribution,
    summary: "the least divergence as MXNet and TVM compute it",
    cost: "O(bins^2)", reference: "Apache MXNet calibrate.cc; Migacz 2017")

  private static let bins = 8001
  private static let floor = 1e-4

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
    guard largest > 0, grid.reachesBelowZero || data.upper > 0 else {
      return QuantizationParameters(scale: 0, grid: grid)
    }
    let counts = statistics.histogram(
      bins: Self.bins, absolute: false, lower: -largest, upper: largest
    ).map { Double($0) }
    let reach = bestReach(counts, groups: groups)
    let threshold = largest * Double(2 * reach + 1) / Double(Self.bins)
    return QuantizationParameters(covering: ClippingRange(magnitude: threshold), on: grid)
  }

  private func bestReach(_ counts: [Double], groups: Int) -> Int {
    let zero = counts.count / 2
    let total = counts.reduce(0, +)
    var (best, least) = (zero, Double.infinity)
    var inside = counts[(zero - groups / 2 + 1)..<(zero + groups / 2)].reduce(0, +)
    for reach in (groups / 2)...zero {
      let window = counts[(zero - reach)...(zero + reach)]
      if reach > groups / 2 { inside += counts[zero - reach + 1] + counts[zero + reach - 1] }
      let above = counts[(zero + reach)...].reduce(0, +)
      let value = divergence(
        Array(window), under: total - inside - above, over: above - counts[zero + reach],
        groups: groups)
      if value < least { (best, least) = (reach, value) }
    }
    return best
  }

  /// The divergence of a window; `under` includes its first bin.
  private func divergence(
    _ window: [Double], under: Double, over: Double, groups: Int
  ) -> Double {
    var slice = window
    slice[0] = 0
    var reference = slice
    reference[0] = under
    reference[reference.count - 1] += over
    let quantized = spread(slice, over: reference, groups: groups)
    guard let p = Smoothing(reference, floor: Self.floor),
      let q = Smoothing(quantized, floor: Self.floor)
    else { return .infinity }
    var sums = DivergenceSums()
    for bin in reference.indices { sums.add(p.value(reference[bin]), q.value(quantized[bin])) }
    return sums.divergence
  }

  private func spread(_ slice: [Double], over reference: [Double], groups: Int) -> [Double] {
    var quantized = [Double](repeating: 0, count: slice.count)
    let size = slice.count / groups
    for group in 0..<groups {
      let bins = group * size..<(group == groups - 1 ? slice.count : (group + 1) * size)
      var (mass, filled) = (0.0, 0.0)
      for bin in bins {
        mass += slice[bin]
        if reference[bin] > 0 { filled += 1 }
      }
      guard filled > 0 else { continue }
      for bin in bins where reference[bin] > 0 { quantized[bin] = mass / filled }
    }
    return quantized
  }
}

/// Zeros become a small number that is taken evenly from what is not zero.
private struct Smoothing {
  private let floor: Double
  private let share: Double

  /// Nothing where all counts are zero, or where each would have to give one or more.
  init?(_ counts: [Double], floor: Double) {
    let zeros = counts.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
    guard zeros < counts.count else { return nil }
    share = floor * Double(zeros) / Double(counts.count - zeros)
    guard share < 1 else { return nil }
    self.floor = floor
  }

  func value(_ count: Double) -> Double { count == 0 ? floor : count - share }
}
