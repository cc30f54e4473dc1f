import QuantizationKernels
import RangeEstimation
import ScientificMath
import Testing

@Suite struct SampleStatisticsTests {
  /// Lengths around the switch to insertion sort and to wider digits.
  private static let lengths = [0, 1, 2, 3, 47, 48, 49, 50, 255, 256, 257, 1000, 4097]

  private func kinds(_ length: Int) throws -> [[Float]] {
    var samples = try TestSamples(seed: UInt64(length))
    let gauss = try samples.draw(length, from: .gaussian())
    let special: [Float] = [
      0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, Float(1).nextUp,
    ]
    return [
      gauss, gauss.map { abs($0) }, gauss.map { -abs($0) }, gauss.map { ($0 * 2).rounded() },
      gauss.map { $0 * 1000 * .leastNonzeroMagnitude },
      (0..<length).map { special[($0 * 7) % special.count] },
      [Float](repeating: -0.0, count: length), [Float](repeating: 2.5, count: length),
      (0..<length).map { $0 == length / 2 ? -7 : 2.5 }, (0..<length).map { Float($0) },
      (0..<length).reversed().map { Float($0) - 20 },
    ]
  }

  /// The last ones are moved into runs first.
  @Test(
    "sorting is Array's sort with every zero positive",
    arguments: lengths + [16_383, 16_384, 50_000])
  func sort(length: Int) throws {
    for values in try kinds(length) {
      let expected = values.map { $0 == 0 ? 0 : $0 }.sorted()
      var found = values
      Kernels.sortAscending(&found)
      #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  @Test("ranks among values and magnitudes are those of sorted arrays", arguments: lengths)
  func ranks(length: Int) throws {
    for values in try kinds(length) {
      let sample = SampleStatistics(values)
      let sorted = values.map(Double.init).sorted()
      let magnitudes = values.map { Double(abs($0)) }.sorted()
      #expect((0..<length).map { sample.value(rank: $0) } == sorted)
      #expect((0..<length).map { sample.magnitude(rank: $0) } == magnitudes)
    }
  }

  @Test("tails count and add up the magnitudes of each sign", arguments: lengths)
  func tails(length: Int) throws {
    for values in try kinds(length) {
      let sample = SampleStatistics(values)
      let sides = [
        (sample.below, values.filter { $0 < 0 }), (sample.above, values.filter { $0 >= 0 }),
      ]
      for (tails, side) in sides {
        let magnitudes = side.map { Double(abs($0)) }.sorted()
        var sums = [0.0]
        for magnitude in magnitudes { sums.append(sums[sums.count - 1] + magnitude) }
        #expect(tails.count == magnitudes.count)
        #expect(tails.maximum == magnitudes.last ?? 0)
        // Added in the same order, so there is nothing to round differently.
        #expect(tails.sum == sums.last)
        #expect(tails.sumOfSquares == magnitudes.map { $0 * $0 }.reduce(0, +))
        #expect((0...magnitudes.count).map { tails.sum(below: $0) } == sums)
        for threshold in [0, 1e-30, 0.5, 1, 1.5, 40, 1e39] + magnitudes.prefix(50) {
          let expected = magnitudes.filter { $0 < threshold }.count
          #expect(tails.rank(of: threshold) == expected)
          #expect(tails.rank(of: threshold, from: expected / 2) == expected)
        }
      }
    }
  }

  @Test("the histogram is that of the reference kernel")
  func histogram() throws {
    for values in try kinds(1000).prefix(4) {
      let sample = SampleStatistics(values)
      for absolute in [false, true] {
        let found = sample.histogram(
          bins: 37, absolute: absolute, lower: absolute ? 0 : -2, upper: 2)
        let expected = ReferenceKernels.histogram(
          of: values, absolute: absolute, lower: absolute ? 0 : -2, upper: 2, bins: 37)
        #expect(found == expected)
      }
    }
  }

  @Test("the partition point is where a condition begins to hold")
  func partition() {
    for count in 0...20 {
      for first in 0...count {
        #expect(partitionPoint(0..<count) { $0 >= first } == first)
      }
    }
  }
}
