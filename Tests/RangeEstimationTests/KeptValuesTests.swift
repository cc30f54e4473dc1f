import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ScientificMath
import TensorIO
import Testing

/// Values that are kept without being sorted answer as sorted ones do.
@Suite struct KeptValuesTests {
  private static func kept(_ values: [Float]) -> SampleStatistics {
    var sample = SampleStatistics(
      shape: LaneShape(count: values.count, rowLength: 1), capacity: values.count,
      sortedCapacity: 0)
    sample.observe(values.span)
    sample.seal()
    return sample
  }

  /// Both signs, one sign, few values many times, zeros of both signs, one bin, one bin of each sign
  /// with magnitudes that are neighbours.
  private func kinds() throws -> [[Float]] {
    var samples = try TestSamples(seed: 3)
    let gauss = try samples.draw(3000, from: .gaussian())
    return [
      gauss, gauss.map { abs($0) }, gauss.map { -abs($0) }, gauss.map { ($0 * 2).rounded() },
      gauss.map { max(0, $0) } + [-0.0, 0, -0.0], gauss.map { 1 + $0 * 0x1p-15 },
      gauss.map { $0 * 1000 * .leastNonzeroMagnitude }, [Float](repeating: -2.5, count: 100), [7],
      gauss.map { $0.sign == .minus ? -(1 - $0 * 0x1p-20) : 1 + $0 * 0x1p-20 },
    ]
  }

  @Test("ranks are those of sorted values, in whatever order they are asked for")
  func ranks() throws {
    for values in try kinds() {
      let sorted = values.map(Double.init).sorted()
      let magnitudes = values.map { Double(abs($0)) }.sorted()
      var ranks = Array(stride(from: 0, to: values.count, by: 37)) + [values.count - 1]
      for _ in 0..<2 {
        let sample = Self.kept(values)
        for rank in ranks {
          #expect(sample.value(rank: rank) == sorted[rank])
          #expect(sample.magnitude(rank: rank) == magnitudes[rank])
        }
        ranks.reverse()
      }
    }
  }

  @Test("sums, histograms and tails are those of sorted values")
  func questions() throws {
    for values in try kinds() {
      let (kept, sorted) = (Self.kept(values), SampleStatistics(values))
      #expect(kept.isExact && kept.isOneSided == sorted.isOneSided)
      // Sums of thousands of terms in another order.
      #expect(abs(kept.mean - sorted.mean) <= 1e-13 * sorted.meanMagnitude)
      #expect(abs(kept.meanMagnitude - sorted.meanMagnitude) <= 1e-13 * sorted.meanMagnitude)
      #expect(abs(kept.energy - sorted.energy) <= 1e-13 * sorted.energy)
      let bound = max(-sorted.range.lower, sorted.range.upper)
      #expect(
        kept.histogram(bins: 37, absolute: false, lower: -bound, upper: bound)
          == sorted.histogram(bins: 37, absolute: false, lower: -bound, upper: bound))
      #expect(kept.values.map(\.bitPattern) == sorted.values.map(\.bitPattern))
      #expect(kept.below.sum == sorted.below.sum && kept.above.sum == sorted.above.sum)
    }
  }

  @Test("the optimum is certified as that of sorted values is", arguments: GoldenTensor.real)
  func optimum(name: String) throws {
    let values = try GoldenTensor.load(name).values
    let (kept, sorted) = (Self.kept(values), SampleStatistics(values))
    for grid in grids(bits: [2, 3, 4, 6, 8]) {
      let (found, best) = (kept.certificate(on: grid), sorted.certificate(on: grid))
      let rounding = 2e-14 * sorted.energy
      #expect(found.cost <= best.cost * (1 + 1e-9) + rounding, "\(grid)")
      #expect(best.cost <= found.cost * (1 + 1e-9) + rounding, "\(grid)")
      #expect(found.lowerBound >= found.cost * (1 - 1e-9) - rounding, "\(grid)")
      #expect(found.lowerBound <= best.cost + rounding, "\(grid)")
    }
  }

  @Test("no answer depends on what was asked before")
  func history() throws {
    let values = try GoldenTensor.load("laplace_1e5").values
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(4)))
    let (fresh, asked) = (Self.kept(values), Self.kept(values))
    for rank in stride(from: 0, to: values.count, by: 9973) { _ = asked.value(rank: rank) }
    _ = asked.values
    let (found, again) = (fresh.certificate(on: grid), asked.certificate(on: grid))
    #expect(found.scale == again.scale && found.cost == again.cost)
    #expect(found.lowerBound == again.lowerBound && found.evaluations == again.evaluations)
  }
}
