import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import TensorIO
import Testing

/// mxnet-kl against the rule written out: arrays P and Q for every window, no prefix sums.
@Suite struct MXNetKLTests {
  /// Zeros become 1e-4, taken evenly from the rest.
  private func smoothed(_ counts: [Double]) -> [Double]? {
    let zeros = Double(counts.count { $0 == 0 })
    let share = 1e-4 * zeros / (Double(counts.count) - zeros)
    return share < 1 ? counts.map { $0 == 0 ? 1e-4 : $0 - share } : nil
  }

  private func divergence(_ counts: [Double], reach: Int, groups: Int) -> Double {
    let middle = counts.count / 2
    let window = (middle - reach)...(middle + reach)
    var slice = Array(counts[window])
    slice[0] = 0
    var reference = slice
    reference[0] = counts[...(middle - reach)].reduce(0, +)
    reference[2 * reach] += counts[(middle + reach + 1)...].reduce(0, +)
    var quantized = slice.map { _ in 0.0 }
    let size = slice.count / groups
    for group in 0..<groups {
      let bins = group * size..<(group == groups - 1 ? slice.count : (group + 1) * size)
      let counted = bins.count { slice[$0] > 0 }
      guard counted > 0 else { continue }
      for bin in bins where reference[bin] > 0 {
        quantized[bin] = slice[bins].reduce(0, +) / Double(counted)
      }
    }
    guard let p = smoothed(reference), let q = smoothed(quantized) else { return .infinity }
    let (pSum, qSum) = (p.reduce(0, +), q.reduce(0, +))
    return zip(p, q).reduce(0) { $0 + $1.0 / pSum * log($1.0 / pSum / ($1.1 / qSum)) }
  }

  @Test("divergences of single windows", arguments: ["laplace_1e3", "intgrid_1e4", "uniform_1e4"])
  func divergences(tensor: String) throws {
    let sample = try GoldenTensor.sample(tensor)
    let largest = max(-sample.range.lower, sample.range.upper)
    let counts = sample.histogram(bins: 8001, absolute: false, lower: -largest, upper: largest)
    let windows = MXNetWindows(counts: counts.map { Double($0) }, groups: 15)
    var finite = 0
    for reach in [7, 8, 100, 285, 286, 1999, 3000, 3999, 4000] {
      let fast = windows.divergence(of: (4000 - reach)..<(4001 + reach))
      let plain = divergence(counts.map { Double($0) }, reach: reach, groups: 15)
      guard plain.isFinite else {
        #expect(!fast.isFinite)
        continue
      }
      finite += 1
      // Sums of up to 8001 terms in another order.
      #expect(abs(fast - plain) < 1e-11, "\(reach): \(fast) \(plain)")
    }
    #expect(finite >= 3)
  }

  /// There most bins have a count of one or two, so that logarithms are shared, and smoothing takes so
  /// much from them that it is not expanded in.
  @Test("divergences of windows of few values", arguments: [2, 5, 20, 63, 65, 129], [3, 15, 63])
  func fewValues(length: Int, groups: Int) throws {
    var samples = try TestSamples(seed: UInt64(length))
    for shape in [0, 5, 8, 10] {
      let sample = SampleStatistics(try samples.shaped(shape, count: length))
      let largest = max(-sample.range.lower, sample.range.upper, 1e-3)
      let counts = sample.histogram(bins: 801, absolute: false, lower: -largest, upper: largest)
        .map { Double($0) }
      let windows = MXNetWindows(counts: counts, groups: groups)
      for reach in stride(from: groups / 2 + 1, through: 400, by: 7) {
        let fast = windows.divergence(of: (400 - reach)..<(401 + reach))
        let plain = divergence(counts, reach: reach, groups: groups)
        // Sums of up to 801 terms in another order, and what is expanded to the fourth order.
        #expect(fast == plain || abs(fast - plain) < 1e-10, "shape \(shape), \(reach): \(plain)")
      }
    }
  }

  @Test(
    "the least divergence of all windows",
    arguments: [("laplace_1e3", 4), ("student3_1e4", 8), ("mix_outliers_1e5", 8)])
  func leastDivergence(tensor: String, bits: Int) throws {
    let values = try GoldenTensor.load(tensor).values
    let largest = Double(values.map { abs($0) }.max() ?? 0)
    var counts = [Double](repeating: 0, count: 8001)
    for value in values {
      counts[min(Int((Double(value) + largest) * (8001 / (2 * largest))), 8000)] += 1
    }
    let groups = (1 << bits) - 1
    // Every window in the neighborhood of the answer and each twentieth elsewhere.
    let grid = try grid(.symmetricNarrow, bits)
    let found = try RuleProbe.parameters("mxnet-kl", values, on: grid)
    let reach = Int((found.upper / largest * 8001 - 1) / 2 + 0.5)
    let own = divergence(counts, reach: reach, groups: groups)
    #expect(reach >= groups / 2 && reach <= 4000)
    for other in groups / 2...4000 where abs(other - reach) < 20 || other % 20 == 0 {
      // Equal to rounding: sums of 8001 terms in another order.
      #expect(own <= divergence(counts, reach: other, groups: groups) + 1e-12, "\(other)")
    }
    #expect(own < divergence(counts, reach: 4000, groups: groups) || reach == 4000)
  }
}
