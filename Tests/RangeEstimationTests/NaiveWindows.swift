import Foundation

/// The objectives of histogram calibration as their definitions read: P and Q built for each window.
struct NaiveWindows {
  let counts: [Double]
  let groups: Int

  /// TensorRT's histogram: where zero is in the first bin, that bin takes the count of the second.
  init(counts: [Double], groups: Int, zeroBin: Int) {
    self.counts = zeroBin == 0 ? [counts[1]] + counts.dropFirst() : counts
    self.groups = groups
  }

  /// KL(P || Q): P the window with the tails in its end bins, Q the window without them, each
  /// group's mass spread evenly over its non-empty bins.
  func divergence(of window: Range<Int>) -> Double {
    var p = Array(counts[window])
    p[0] += counts[..<window.lowerBound].reduce(0, +)
    p[p.count - 1] += counts[window.upperBound...].reduce(0, +)
    let q = spread(Array(counts[window])) { min($0 * groups / window.count, groups - 1) }
    return zip(normalized(p), normalized(q)).reduce(0) { sum, pair in
      let (p, q) = pair
      if p == 0 { return sum }
      return q > 0 ? sum + p * log(p / q) : .infinity
    }
  }

  /// -sum P log Q: P the whole histogram, Q its mass in the same groups, the outermost of which
  /// reach to the ends of the histogram, spread the same way.
  func crossEntropy(of window: Range<Int>) -> Double {
    let q = spread(counts) { bin in
      let place = min(max(bin, window.lowerBound), window.upperBound - 1) - window.lowerBound
      return min(place * groups / window.count, groups - 1)
    }
    return zip(normalized(counts), normalized(q)).reduce(0) { sum, pair in
      pair.0 == 0 ? sum : sum - pair.0 * log(pair.1)
    }
  }

  private func spread(_ masses: [Double], group: (Int) -> Int) -> [Double] {
    var sums = [Double](repeating: 0, count: groups)
    var filled = [Double](repeating: 0, count: groups)
    for (bin, mass) in masses.enumerated() where mass > 0 {
      sums[group(bin)] += mass
      filled[group(bin)] += 1
    }
    return masses.enumerated().map { bin, mass in
      mass > 0 ? sums[group(bin)] / filled[group(bin)] : 0
    }
  }

  private func normalized(_ masses: [Double]) -> [Double] {
    let total = masses.reduce(0, +)
    // Nothing inside the window: Q has no mass anywhere.
    return total > 0 ? masses.map { $0 / total } : masses
  }
}
