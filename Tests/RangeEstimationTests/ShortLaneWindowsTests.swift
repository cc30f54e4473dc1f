import QuantizationCore
import RangeEstimation
import Testing

/// What short lanes take shorter ways for has the bits of the formulas, at lengths that are awkward.
@Suite struct ShortLaneWindowsTests {
  static let lengths = [1, 2, 63, 64, 65, 129]
  private static let bins = 512

  /// A lane's counts: of a bell, of one side, with an outlier, of equal values, with many zeros.
  private func counts(_ kind: Int, length: Int) throws -> [Double] {
    let shapes = [0, 4, 9, 5, 8]
    var samples = try TestSamples(seed: UInt64(10 * length + kind))
    let values = Array(try samples.shaped(shapes[kind], count: length).suffix(length))
    let sample = SampleStatistics(kind == 3 ? values.map { _ in 0.5 } : values)
    let (lower, upper) = (sample.range.lower, max(sample.range.upper, sample.range.lower + 1))
    return sample.histogram(bins: Self.bins, absolute: false, lower: lower, upper: upper)
      .map { Double($0) }
  }

  private func windows(
    _ counts: [Double], _ groups: Int, zeroBin: Int, looksUp: Bool
  ) -> HistogramWindows {
    HistogramWindows(
      counts: counts, groups: groups, objective: .crossEntropy, zeroBin: zeroBin, looksUp: looksUp)
  }

  @Test("cross-entropies that are looked up have the bits of the formula", arguments: lengths)
  func lookup(length: Int) throws {
    for kind in 0..<5 {
      let counts = try counts(kind, length: length)
      for (groups, zeroBin) in [(4, 0), (7, 200), (64, 200), (256, 511)] {
        let found = windows(counts, groups, zeroBin: zeroBin, looksUp: true)
        let plain = windows(counts, groups, zeroBin: zeroBin, looksUp: false)
        for end in stride(from: groups, through: Self.bins, by: 5) {
          for start in stride(from: 0, through: end - groups, by: 67) {
            let (own, other) = (found.cost(of: start..<end), plain.cost(of: start..<end))
            #expect(own.bitPattern == other.bitPattern, "\(start..<end), kind \(kind)")
          }
        }
      }
    }
  }

  /// The last of the best, every window judged whole.
  private func best(_ candidates: [Range<Int>], in windows: HistogramWindows) -> Range<Int> {
    candidates.dropFirst().reduce((candidates[0], windows.cost(of: candidates[0]))) {
      let cost = windows.cost(of: $1)
      return cost <= $0.1 ? ($1, cost) : $0
    }.0
  }

  @Test("the best window is that of whole sweeps until neither end moves", arguments: lengths)
  func sweeps(length: Int) throws {
    for kind in 0..<5 {
      let counts = try counts(kind, length: length)
      for (groups, zeroBin) in [(4, 200), (64, 200), (64, 100)] {
        let found = windows(counts, groups, zeroBin: zeroBin, looksUp: true).bestWindow()
        let plain = windows(counts, groups, zeroBin: zeroBin, looksUp: false)
        var window = 0..<Self.bins
        for _ in 0..<16 {
          let least = max(window.lowerBound + groups, zeroBin + 1)
          let uppers = (least...max(least, Self.bins)).map {
            window.lowerBound..<min($0, Self.bins)
          }
          let end = best(uppers, in: plain).upperBound
          let lowers = (0...max(0, min(end - groups, zeroBin))).reversed().map { $0..<end }
          let next = best(lowers, in: plain)
          if next == window { break }
          window = next
        }
        #expect(found == window, "kind \(kind), \(groups) groups")
      }
    }
  }

  @Test("a bound changes no divergence of mxnet-kl that is below it", arguments: lengths)
  func mxnetBounds(length: Int) throws {
    for kind in 0..<5 {
      let counts = try counts(kind, length: length).dropLast()
      for groups in [3, 15, 63] {
        let windows = MXNetWindows(counts: Array(counts), groups: groups)
        let middle = counts.count / 2
        for reach in stride(from: groups / 2 + 1, through: middle, by: 9) {
          let window = (middle - reach)..<(middle + reach + 1)
          let whole = windows.divergence(of: window)
          guard whole.isFinite else { continue }
          let bounded = windows.divergence(of: window, below: whole)
          #expect(bounded.bitPattern == whole.bitPattern, "\(window), kind \(kind)")
          let far = windows.divergence(of: window, below: whole - 1)
          #expect(far == .infinity || far.bitPattern == whole.bitPattern)
        }
      }
    }
  }
}
