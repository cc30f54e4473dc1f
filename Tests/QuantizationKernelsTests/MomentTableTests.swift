import _TestSupport
import QuantizationKernels
import Testing

@Suite struct MomentTableTests {
  /// Values over thirty octaves and both signs, with zeros and subnormals.
  private func values(_ count: Int, seed: UInt64) -> [Float] {
    var random = LinearCongruence(seed: seed)
    return (0..<count).map { _ in
      let bits = random.bits()
      let exponent = 110 + bits >> 8 % 30
      switch bits % 50 {
      case 0: return 0
      case 1: return -0.0
      case 2: return Float(bitPattern: bits & 0x807f_ffff)
      default: return Float(bitPattern: bits & 0x807f_ffff | exponent << 23)
      }
    }
  }

  private func table(_ values: [Float]) -> MomentTable {
    var table = MomentTable()
    table.add(values.span)
    return table
  }

  @Test("the same moments come of any split and any order of merging")
  func merging() {
    let all = values(20_000, seed: 1)
    let whole = table(all)
    for pieces in [2, 3, 7, 64] {
      let parts = (0..<pieces).map { piece in
        table(all.indices.filter { $0 % pieces == piece }.map { all[$0] })
      }
      for order in [parts, parts.reversed()] {
        var merged = MomentTable()
        for part in order { merged.merge(part) }
        #expect(merged == whole, "\(pieces) pieces")
      }
    }
  }

  @Test("every instruction set makes the same table", arguments: KernelPath.available)
  func paths(path: KernelPath) {
    let all = values(20_000, seed: 3)
    for count in [0, 1, 31, 32, 33, 63, 64, 65, 20_000] {
      let some = Array(all.prefix(count))
      var found = MomentTable()
      found.add(some.span, path: path)
      #expect(found == table(some), "\(count) values")
    }
  }

  /// A word of a cell is full after 2^9 values.
  @Test(
    "a cell of many values has their moments",
    arguments: [510, 511, 512, 513, 1023, 1024, 1025, 100_000])
  func fullCells(count: Int) throws {
    // The largest of its cell, and one that is not: 1 + 4095 and 1 + 7 steps.
    let (large, small) = (Float(bitPattern: 0x3f80_0fff), Float(bitPattern: 0x3f80_0007))
    let values = (0..<count).map { $0 % 5 == 0 ? small : large }
    let smalls = (count + 4) / 5
    var merged = table(Array(values.prefix(count / 2)))
    merged.merge(table(Array(values.dropFirst(count / 2))))
    for bins in [table(values).bins(belowZero: false), merged.bins(belowZero: false)] {
      let bin = try #require(bins.first)
      #expect(bins.count == 1 && bin.count == count)
      let (sum, squares) = (
        4095 * (count - smalls) + 7 * smalls, 4095 * 4095 * (count - smalls) + 49 * smalls
      )
      let mean = Double(sum) / Double(count)
      #expect(bin.mean == 1 + 0x1p-23 * mean)
      #expect(bin.squaredDeviation == 0x1p-46 * (Double(squares) - Double(sum) * mean))
    }
  }

  @Test("a copy does not change with the original")
  func value() {
    var original = table([1, 2, 3])
    let copy = original
    original.add([Float(1)].span)
    #expect(copy == table([1, 2, 3]) && original != copy)
  }

  @Test("bins hold the numbers, means and deviations of their values")
  func moments() throws {
    let values = values(5_000, seed: 2)
    for belowZero in [false, true] {
      let mine = values.filter { belowZero ? $0 < 0 : $0 >= 0 }.map { Double(abs($0)) }
      let bins = table(values).bins(belowZero: belowZero)
      #expect(bins.map(\.count).reduce(0, +) == mine.count)
      #expect(bins.map(\.lower) == bins.map(\.lower).sorted())
      for bin in bins {
        // A bin spans 2^12 Floats.
        let inside = mine.filter { $0 >= bin.lower && $0 < bin.lower + 4096 * bin.ulp }
        let mean = inside.reduce(0, +) / Double(inside.count)
        let deviation = inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(inside.count == bin.count)
        // The test's own sums are rounded to 53 bits of the values, not of the deviations.
        #expect(abs(mean - bin.mean) <= 1e-14 * mean)
        #expect(abs(deviation - bin.squaredDeviation) <= 1e-12 * mean * mean * Double(bin.count))
      }
    }
  }
}
