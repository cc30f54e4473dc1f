import _TestSupport
import QuantizationCore
import RangeEstimation
import Testing

/// aimet-tf-enhanced, which gives up candidates that lose too much, against all of them measured bin by
/// bin.
@Suite struct TFEnhancedTests {
  private struct Candidate {
    let delta: Double
    let offset: Double
  }

  /// The histogram of one batch: bins three times as wide as its values reach.
  private struct Histogram {
    let width: Double
    let first: Double
    let shares: [Double]

    init(_ values: [Float], bins: Int) {
      let (lower, upper) = (values.min() ?? 0, values.max() ?? 0)
      let width = (upper - lower) / Float(bins)
      let inverse = 1 / width
      let left = (lower + upper) / 2 - 3 * ((upper - lower) / 2)
      let first = (left / width).rounded(.down)
      var shares = [Double](repeating: 0, count: 3 * bins)
      for value in values {
        let bin = Int((value * inverse).rounded(.down) - first)
        if shares.indices.contains(bin) { shares[bin] += 1 / Double(values.count) }
      }
      (self.width, self.first, self.shares) = (Double(width), Double(first), shares)
    }

    func middle(_ bin: Int) -> Double { (first + Double(bin) + 0.5) * width }

    func cost(_ candidate: Candidate, steps: Double) -> Double {
      let ends = [0, steps].map { code in
        let level = Float(candidate.delta) * Float(candidate.offset + code)
        let place = Double((level / Float(width)).rounded(.down)) - first
        return Int(min(max(place, 0), Double(shares.count - 1)))
      }
      return shares.indices.reduce(0) { sum, bin in
        let middle = middle(bin)
        if bin < ends[0] || bin >= max(ends[0], ends[1]) {
          let off = middle - self.middle(bin < ends[0] ? ends[0] : ends[1])
          return sum + 3 * shares[bin] * off * off
        }
        let code = (middle / candidate.delta - candidate.offset).rounded()
        let off = middle - (code + candidate.offset) * candidate.delta
        return sum + shares[bin] * off * off
      }
    }
  }

  private func candidates(_ histogram: Histogram, on grid: CodeGrid) -> [Candidate] {
    let steps = Double(grid.steps)
    let filled = histogram.shares.indices.filter { histogram.shares[$0] > 0 }
    let low = min(0, (histogram.first + Double(filled.first ?? 0)) * histogram.width)
    let high = max(0, (histogram.first + Double(filled.last ?? 0)) * histogram.width, low + 0.01)
    if grid.family.scheme == .symmetric {
      let widest = Float(grid.reachesBelowZero ? 2 * max(-low, high) / steps : high / steps)
      var factor: Float = 0
      return (1...101).map { _ in
        factor += 0.01
        return Candidate(delta: Double(widest * factor), offset: Double(grid.minimumCode))
      }
    }
    let widest = (high - low) / steps
    let whole = (low / widest).rounded()
    let ends = (least: widest * whole, most: widest * (whole + steps))
    var found: [Candidate] = []
    for part in 1...17 {
      for index in 0...20 {
        let delta = widest * Double(part) / 16
        let offset = (-steps + Double(index) * steps / 20).rounded(.towardZero)
        let (lower, upper) = (delta * offset, delta * (offset + steps))
        if lower < ends.least && upper > ends.most { continue }
        let (start, end) = (max(lower, ends.least), min(upper, ends.most))
        guard start < end else { continue }
        let own = (end - start) / steps
        found.append(Candidate(delta: own, offset: (start / own).rounded()))
      }
    }
    return found + [Candidate(delta: widest, offset: whole)]
  }

  @Test("the answer has the least cost of all candidates", arguments: [2, 65, 700])
  func leastCost(length: Int) throws {
    var samples = try TestSamples(seed: UInt64(length))
    for shape in [0, 2, 3, 4, 5, 7, 8, 9, 10] {
      var values = try samples.shaped(shape, count: length)
      if shape != 4 && shape != 7 { (values[0], values[1]) = (-0.25, 0.5) }
      let histogram = Histogram(values, bins: 512)
      for grid in grids(bits: [2, 4, 8]) {
        let found = try RuleProbe.parameters("aimet-tf-enhanced", values, on: grid)
        let all = candidates(histogram, on: grid)
        let costs = all.map { histogram.cost($0, steps: Double(grid.steps)) }
        let least = try #require(costs.min())
        // Sums of up to 1536 terms in another order.
        let close = zip(all, costs).filter { $0.1 <= least * (1 + 1e-9) + 1e-15 }.map(\.0)
        let best = close.map {
          QuantizationParameters(
            scale: $0.delta, zeroPoint: grid.minimumCode - Int($0.offset), grid: grid)
        }
        #expect(best.contains(found), "shape \(shape), \(grid)")
      }
    }
  }
}
