import Foundation
import QuantizationCore
import Testing

@Suite struct LevelTableTests {
  private struct Golden: Decodable {
    let values_by_code: [String]
    let cast_probes: [[String]]
  }

  /// Levels and casts of ml_dtypes 0.6.0, and the codebook of bitsandbytes.
  private static func golden() throws -> [String: Golden] {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "ml_dtypes_formats.json")
    return try JSONDecoder().decode([String: Golden].self, from: Data(contentsOf: url))
  }

  @Test("every finite code of a minifloat has the level that ml_dtypes gives it")
  func levels() throws {
    let golden = try Self.golden()
    #expect(golden.count == 6)
    for (name, expected) in golden {
      let table = try #require(LevelTable.named(name))
      #expect(table.levels.count == expected.values_by_code.count)
      for (code, text) in expected.values_by_code.enumerated() {
        let value = try #require(Float(text))
        guard value.isFinite else { continue }
        #expect(table.levels[code].bitPattern == value.bitPattern, "\(name) \(code)")
      }
    }
  }

  @Test("ties go to the even code, and what is beyond the largest level saturates")
  func casts() throws {
    for (name, expected) in try Self.golden() {
      let table = try #require(LevelTable.named(name))
      let quantizer = QuantizationParameters(scale: 1, grid: CodeGrid(table))
      for probe in expected.cast_probes {
        let (value, cast) = (try #require(Float(probe[0])), try #require(Float(probe[1])))
        guard value.isFinite else { continue }
        let level = cast.isFinite ? cast : Float(table.highest)
        #expect(quantizer.reconstruction(of: value) == level, "\(name) \(value)")
        #expect(quantizer.reconstruction(of: -value) == -level, "\(name) \(-value)")
      }
    }
  }

  @Test("every level is kept, and its code reads back", arguments: Minifloat.all)
  func identity(minifloat: Minifloat) {
    let quantizer = QuantizationParameters(scale: 0.25, grid: CodeGrid(minifloat.table))
    for level in minifloat.table.ascending {
      let code = quantizer.code(of: level / 4)
      #expect(minifloat.table.levels[code] == level && quantizer.value(of: code) == level / 4)
    }
  }

  @Test("a ladder adds up to the levels and their squares")
  func ladder() throws {
    let named = Minifloat.all.map(\.table) + Codebook.all.map(\.table)
    for table in named + [try #require(.levels([-3, 0, 0.5, 2]))] {
      for (side, sign) in [(table.ladder.below, Float(-1)), (table.ladder.above, 1)] {
        let magnitudes = table.ascending.map { $0 * sign }.filter { $0 > 0 }.sorted()
        var (level, square) = (0.0, 0.0)
        #expect(side.thresholds.count == magnitudes.count)
        for (index, magnitude) in magnitudes.map(Double.init).enumerated() {
          #expect(side.thresholds[index] == (level + magnitude) / 2)
          level += side.differences[index]
          square += side.squares[index]
          // Differences are of Doubles: each adds a rounding.
          #expect(abs(level - magnitude) <= 1e-14 * magnitude)
          #expect(abs(square - magnitude * magnitude) <= 1e-12 * square)
        }
      }
    }
  }

  @Test("the FP4 of bitsandbytes has its levels by code, a sign bit in front")
  func bitsandbytes() throws {
    let table = try #require(LevelTable.named("bnb-fp4"))
    let magnitudes: [Float] = [
      0, 0.005208333333, 0.6666666667, 1, 0.3333333333, 0.5, 0.1666666667, 0.25,
    ]
    #expect(table.levels == magnitudes + magnitudes.map { -$0 })
  }

  @Test("levels may be given as a list: zero must be one of them, ties go to the first code")
  func list() throws {
    #expect(LevelTable.levels([1, 2]) == nil && LevelTable.levels([0]) == nil)
    #expect(LevelTable.levels([0, .infinity]) == nil)
    let table = try #require(LevelTable.levels([2, 0, -1, 1]))
    #expect(table.bits.count == 2 && table.lowest == -1 && table.highest == 2)
    let quantizer = QuantizationParameters(scale: 1, grid: CodeGrid(table))
    #expect([9, 1.5, 1.49, 0.5, -0.5, -0.51, -9].map(quantizer.code) == [0, 0, 3, 1, 1, 2, 2])
    #expect(quantizer.lower == -1 && quantizer.upper == 2)
  }

  @Test("the smallest scale that covers a range has its outermost levels at the ends")
  func covering() throws {
    let table = try #require(LevelTable.levels([-1, 0, 4]))
    let wide = QuantizationParameters(
      covering: ClippingRange(-3, 8), on: CodeGrid(table))
    #expect(wide.scale == 3 && wide.lower == -3 && wide.upper == 12)
    let oneSided = QuantizationParameters(
      covering: ClippingRange(0, 8), on: CodeGrid(table))
    #expect(oneSided.scale == 2)
  }
}
