import Foundation
import QuantizationKernels
import Testing

/// Ranks and sums below thresholds against a filter over the values.
@Suite struct MagnitudeTailsTests {
  private static let lengths = [0, 1, 2, 15, 16, 17, 31, 47, 48, 49, 100, 1000]

  /// Ascending magnitudes, with runs of equal ones longer than a kernel takes at a time.
  private func magnitudes(_ count: Int) -> [Float] {
    let values = (0..<count).map { index -> Float in
      if index % 5 == 0 { return Float(index % 3) / 4 }
      return abs(Float(sin(Double(index * index + 1))))
    }
    return values.sorted()
  }

  /// A cell for every octave or eighth of one.
  private func cells(_ magnitudes: [Float], mantissaBits: Int) -> MagnitudeCells {
    let shift = 52 - mantissaBits
    let keys = magnitudes.map { Int(Double($0).bitPattern >> UInt64(shift)) }
    let first = max(0, (keys.last ?? 0) - 3 << mantissaBits)
    var starts: [Int32] = []
    for (rank, key) in keys.enumerated() {
      while starts.count <= key - first { starts.append(Int32(rank)) }
    }
    return MagnitudeCells(
      shift: shift, firstCell: first, starts: starts + [Int32(magnitudes.count)])
  }

  private func tails(
    _ magnitudes: [Float], descending: Bool, cells: MagnitudeCells?, scale: Double, codes: Int,
    path: KernelPath
  ) -> [Double] {
    let values = descending ? magnitudes.reversed().map { -$0 } : magnitudes
    var sums = [0.0]
    for start in stride(from: 0, to: magnitudes.count - 15, by: 16) {
      sums.append(
        sums[sums.count - 1] + magnitudes[start..<start + 16].reduce(0) { $0 + Double($1) })
    }
    var below = [Double](repeating: .nan, count: 2 * codes)
    below.withUnsafeMutableBufferPointer {
      Kernels.tails(
        of: values.span, descending: descending, runningSums: sums.span, cells: cells,
        scale: scale, into: $0, path: path)
    }
    return below
  }

  @Test("numbers and sums below thresholds", arguments: KernelPath.available, lengths)
  func tails(path: KernelPath, length: Int) {
    let magnitudes = magnitudes(length)
    // 0.5 puts thresholds on values, 3 beyond all of them, the last just above one: nearer to it
    // than to the next Float.
    let middle = magnitudes.isEmpty ? 1 : magnitudes[length / 2]
    let above = 2 * Double(middle) * (1 + 1e-12)
    for (scale, codes) in [(0.5, 4), (0.013, 127), (1e-9, 3), (3, 2), (above, 1)] where scale > 0 {
      let expected = (0..<codes).flatMap { code in
        let few = magnitudes.prefix { Double($0) < (Double(code) + 0.5) * scale }
        return [Double(few.count), few.reduce(0) { $0 + Double($1) }]
      }
      for descending in [false, true] {
        for cells in [nil, cells(magnitudes, mantissaBits: 0), cells(magnitudes, mantissaBits: 3)] {
          let found = tails(
            magnitudes, descending: descending, cells: cells, scale: scale, codes: codes,
            path: path)
          for (index, value) in found.enumerated() {
            // Numbers are exact; up to 1000 Floats are added in another order.
            let slack = index % 2 == 0 ? 0 : 1e-13 * expected[index]
            #expect(abs(value - expected[index]) <= slack, "\(scale) \(index) \(descending)")
          }
          let plain = tails(
            magnitudes, descending: descending, cells: cells, scale: scale, codes: codes,
            path: KernelPath.available[0])
          #expect(found == plain, "every path has the same bits")
        }
      }
    }
  }
}
