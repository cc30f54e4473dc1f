import RangeEstimation
import Testing

@Suite struct HistogramWindowsTests {
  /// Bell, decaying, sparse with empty bins, spike at zero, empty tails, one bin.
  private static let kinds = 0..<6

  private func counts(_ kind: Int, bins: Int) throws -> [Double] {
    var samples = try TestSamples(seed: UInt64(3 * kind + bins))
    return (0..<bins).map { bin in
      let noise = Double(samples.index(below: 5))
      switch kind {
      case 0: return noise + Double((bin * (bins - bin)))
      case 1: return (20_000 / Double(bin + 1)).rounded(.down) + noise
      case 2: return noise < 3 ? 0 : noise * 10
      case 3: return bin == 0 ? 90_000 : (bin % 3 == 0 ? 0 : noise + 5)
      case 4: return bin < bins / 4 || bin > bins / 2 ? 0 : noise
      default: return bin == bins / 3 ? 17 : 0
      }
    }
  }

  private func windows(bins: Int, groups: Int, zeroBin: Int) -> [Range<Int>] {
    (0...zeroBin).flatMap { start in
      ((start + 1)...bins).map { start..<$0 }
    }.filter { $0.count >= groups && $0.contains(zeroBin) }
  }

  @Test("prefix sums give the value of the textbook form, infinities included", arguments: kinds)
  func values(kind: Int) throws {
    for (bins, groups, zeroBin) in [(48, 4, 0), (48, 7, 0), (40, 4, 13), (33, 8, 30), (16, 16, 0)] {
      let counts = try counts(kind, bins: bins)
      let naive = NaiveWindows(counts: counts, groups: groups, zeroBin: zeroBin)
      let divergence = HistogramWindows(
        counts: counts, groups: groups, objective: .divergence, zeroBin: zeroBin)
      let crossEntropy = HistogramWindows(
        counts: counts, groups: groups, objective: .crossEntropy, zeroBin: zeroBin)
      for window in windows(bins: bins, groups: groups, zeroBin: zeroBin) {
        let expected = naive.divergence(of: window)
        let found = divergence.cost(of: window)
        // Sums of up to 1e5 log 1e5 are divided by 1e5: some 1e-15 each.
        #expect(found == expected || abs(found - expected) <= 1e-12, "\(window) of \(bins)")
        let entropy = naive.crossEntropy(of: window)
        #expect(abs(crossEntropy.cost(of: window) - entropy) <= 1e-12, "\(window) of \(bins)")
      }
    }
  }

  @Test("both kinds of value occur: windows with an empty end bin before a tail are infinite")
  func infinities() throws {
    let naive = NaiveWindows(counts: try counts(3, bins: 48), groups: 4, zeroBin: 0)
    let values = (4...48).map { naive.divergence(of: 0..<$0) }
    #expect(values.contains(.infinity))
    #expect(values.contains { $0.isFinite && $0 > 0 })
  }

  @Test("the window from zero is the best of all, the widest among equals", arguments: kinds)
  func upperEnd(kind: Int) throws {
    let counts = try counts(kind, bins: 64)
    let windows = HistogramWindows(
      counts: counts, groups: 8, objective: .divergence, zeroBin: 0)
    let naive = NaiveWindows(counts: counts, groups: 8, zeroBin: 0)
    let found = windows.bestUpperEnd(from: 0)
    let least = (8...64).map { naive.divergence(of: 0..<$0) }.min() ?? .infinity
    #expect(found.lowerBound == 0 && found.count >= 8)
    let value = naive.divergence(of: found)
    #expect(value == least || abs(value - least) <= 1e-12)
    for end in stride(from: found.upperBound + 1, through: 64, by: 1) {
      #expect(windows.cost(of: 0..<end) > windows.cost(of: found))
    }
  }

  @Test("ties go to the widest window")
  func ties() {
    let windows = HistogramWindows(
      counts: [4, 4, 4, 4] + [Double](repeating: 0, count: 8), groups: 2, objective: .divergence,
      zeroBin: 0)
    #expect(windows.cost(of: 0..<4) == 0)
    #expect(windows.bestUpperEnd(from: 0) == 0..<12)
  }

  @Test("on two sides, moving either end alone does not improve the window", arguments: kinds)
  func twoSided(kind: Int) throws {
    for objective in [WindowObjective.divergence, .crossEntropy] {
      for (bins, groups, zeroBin) in [(80, 4, 40), (80, 16, 11), (64, 8, 63)] {
        let windows = HistogramWindows(
          counts: try counts(kind, bins: bins), groups: groups, objective: objective,
          zeroBin: zeroBin)
        let found = windows.bestWindow()
        let cost = windows.cost(of: found)
        #expect(found.contains(zeroBin) && found.count >= groups)
        let neighbours =
          (0...bins).map { found.lowerBound..<max(found.lowerBound, $0) }
          + (0..<bins).map { min($0, found.upperBound)..<found.upperBound }
        for window in neighbours where window.count >= groups && window.contains(zeroBin) {
          #expect(windows.cost(of: window) >= cost, "\(window) against \(found)")
        }
      }
    }
  }
}
