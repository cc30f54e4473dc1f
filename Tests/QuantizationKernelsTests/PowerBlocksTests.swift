import Foundation
import QuantizationKernels
import Testing

/// Bounds of sums of powers against the sums.
@Suite struct PowerBlocksTests {
  /// Sorted values: many near zero, some far out, some equal.
  private func values(_ count: Int) -> [Float] {
    (0..<count).map { index in
      let value = Float(sin(Double(index) * 1.7)) * (index % 50 == 0 ? 3 : 1)
      return index % 11 == 0 ? 0.25 : value * value * value
    }.sorted()
  }

  @Test(
    "sums lie between the bounds, which are close where values are many",
    arguments: [0, 1, 255, 257, 1023, 1024, 1025, 40_000], [2, 2.4, 3, 4, 8])
  func bounds(count: Int, power: Double) {
    let values = values(count)
    let blocks = PowerBlocks(ascending: values, unit: 32)
    let small = PowerBlocks(ascending: values, unit: 32, size: 16)
    for (steps, codes) in [(7.0, -7...7), (15, -6...9), (255, 0...255), (255, -128...127)] {
      for share in [1, 0.7, 0.3, 0.01] {
        let scale = share * 2 * 27 / 32 / steps
        let found = blocks.bounds(of: values.span, scale: scale, codes: codes, power: power)
        let sums = Kernels.powerSums(
          of: values.span, unit: 32, scale: scale, codes: codes, power: power)
        #expect(found.least <= sums.cost && sums.cost <= found.most, "\(codes), \(share)")
        #expect(found.square == sums.square)
        #expect(found.beyond >= sums.beyond)
        let closer = small.bounds(of: values.span, scale: scale, codes: codes, power: power)
        #expect(closer.least <= sums.cost && sums.cost <= closer.most, "\(codes), \(share)")
        #expect(closer.square == sums.square)
        #expect(closer.beyond >= sums.beyond)
        if count == 40_000 {
          #expect(found.most - found.least <= 0.01 * sums.cost)
          // Not always closer than those of large blocks, of which the wide ones are summed.
          #expect(closer.most - closer.least <= 0.001 * sums.cost)
        }
        for path in KernelPath.available {
          #expect(
            found
              == blocks.bounds(
                of: values.span, scale: scale, codes: codes, power: power, path: path))
        }
      }
    }
  }
}
