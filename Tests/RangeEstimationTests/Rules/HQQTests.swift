import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import Testing

/// hqq, which takes powers only of magnitudes that keep something, against powers of all.
@Suite struct HQQTests {
  private func plain(_ values: [Float], on grid: CodeGrid) -> QuantizationParameters {
    let sorted = values.sorted()
    let (low, high) = (Double(sorted[0]), Double(sorted[sorted.count - 1]))
    let (last, count) = (Double(grid.steps), Double(sorted.count))
    let inverse = high - low > 1e-4 ? min(last / (high - low), 2e4) : 1
    var (zero, beta, least) = (-low * inverse, 10.0, Double.infinity)
    for _ in 0..<20 {
      var (total, error) = (0.0, 0.0)
      for value in sorted {
        let position = Double(value) * inverse
        let code = min(max(position + zero, 0), last).rounded(.toNearestOrEven)
        let difference = position - (code - zero)
        let magnitude = abs(difference) / inverse
        let kept = magnitude > 0 ? max(0, magnitude - pow(magnitude, 0.7 - 1) / beta) : 0
        error += magnitude
        total += code - position + (difference < 0 ? -kept : kept) * inverse
      }
      zero = total / count
      guard error / count < least else { break }
      least = error / count
      beta *= 1.01
    }
    let offset = min(max(zero.rounded(.toNearestOrEven), 0), last)
    return QuantizationParameters(
      scale: 1 / inverse, zeroPoint: grid.minimumCode + Int(offset), grid: grid)
  }

  @Test("the answer is that of powers of all magnitudes", arguments: [1, 2, 17, 1000])
  func answers(length: Int) throws {
    var samples = try TestSamples(seed: UInt64(length))
    for shape in 0..<11 {
      for factor in [Float(0.01), 1, 30] {
        let values = try samples.shaped(shape, count: length).map { $0 * factor }
        guard values.contains(where: { $0 != 0 }) else { continue }
        for bits in [2, 4, 8] {
          let grid = try grid(.affineUnsigned, bits)
          let found = try RuleProbe.parameters("hqq", values, on: grid)
          #expect(found == plain(values, on: grid), "shape \(shape), \(bits) bits")
        }
      }
    }
  }

  /// At 6 and 8 bits most of these lanes are answered from sums; at 4 bits most errors need a power, and
  /// factors above one make errors large enough for it at all widths.
  @Test("of long lanes the answer from sums is that of the loop", arguments: [16_384, 20_011])
  func longLanes(length: Int) throws {
    var samples = try TestSamples(seed: UInt64(length))
    for shape in 0..<11 {
      let drawn = try samples.shaped(shape, count: length)
      for (factor, offset) in [(Float(0.01), Float(0)), (1, 0), (1, 0.3), (30, -40)] {
        let values = drawn.map { $0 * factor + offset }
        guard values.contains(where: { $0 != 0 }) else { continue }
        for bits in [4, 6, 8] {
          let grid = try grid(.affineUnsigned, bits)
          let found = try RuleProbe.parameters("hqq", values, on: grid)
          #expect(found == plain(values, on: grid), "shape \(shape), \(factor), \(bits) bits")
        }
      }
    }
  }
}
