import _TestSupport
import QuantizationCore
import Testing

/// No finite value is reconstructed as an infinite one, whatever the scale that was asked for.
@Suite struct UsableScalesTests {
  private static let greatest = Float.greatestFiniteMagnitude

  /// Scales around every one with which a code of the greatest Float32 changes, and far from them.
  private func wishes(_ outermost: Int) -> [Double] {
    let greatest = Double(Self.greatest)
    let codes: [Int] = [1, 2, 3, outermost / 2 + 1, outermost - 1, outermost, 2 * outermost]
    var wishes: [Double] = [1e30, 2e37, 1.7e38, 3e38, 1e39, 1e300]
    for code in codes.map({ Double($0) }) {
      for edge in [greatest / code, greatest / (code - 0.5)] {
        for share in [-1e-7, -3e-8, 0, 3e-8, 1e-7] { wishes.append(edge * (1 + share)) }
      }
    }
    return wishes
  }

  @Test("the largest Floats, and all others, keep finite reconstructions")
  func reconstructions() {
    for grid in everyGrid {
      for zeroPoint in [
        grid.minimumCode, (grid.minimumCode + grid.maximumCode) / 2, grid.maximumCode,
      ] {
        for wish in wishes(grid.steps) {
          let found = QuantizationParameters(scale: wish, zeroPoint: zeroPoint, grid: grid)
          for value in [Self.greatest, -Self.greatest, 3.4e38, -3e38, 1e38, -found.scale, 1] {
            #expect(found.reconstruction(of: value).isFinite, "\(wish) \(value) \(found)")
          }
        }
      }
    }
  }

  @Test("a scale is lowered only where it has to be, and no further")
  func least() {
    for grid in everyGrid {
      for wish in wishes(grid.steps) where wish <= Double(Self.greatest) {
        let found = QuantizationParameters(scale: wish, grid: grid)
        func isUsable(_ scale: Float) -> Bool {
          UsableScales(
            codes: grid.minimumCode - found.zeroPoint...grid.maximumCode - found.zeroPoint
          )
          .contains(Double(scale))
        }
        #expect(isUsable(found.scale))
        #expect((found.condition == .scaleLowered) == (found.scale != Float(wish)))
        if found.condition == .scaleLowered { #expect(!isUsable(found.scale.nextUp), "\(wish)") }
      }
    }
  }

  @Test("covering the largest Floats on both sides keeps them, or the next level below")
  func covering() throws {
    let range = ClippingRange(magnitude: Double(Self.greatest))
    let narrow = QuantizationParameters(covering: range, on: try grid(.symmetricNarrow, 8))
    #expect(narrow.value(of: 127).isFinite && narrow.value(of: 127) > Self.greatest * 0.999_999)
    // 127.5 steps on either side: 128 of them would reach beyond Float32.
    let affine = QuantizationParameters(covering: range, on: try grid(.affineUnsigned, 8))
    #expect(affine.condition == .scaleLowered && affine.value(of: 0) == -Self.greatest)
    // A level that no value is quantized to may lie beyond.
    let full = QuantizationParameters(
      covering: ClippingRange(0, Double(Self.greatest)), on: try grid(.symmetricFull, 8))
    #expect(full.code(of: -Self.greatest) == -127)
  }

  @Test("an interval of scales is excluded where none of it is usable")
  func intervals() {
    let greatest = Double(Self.greatest)
    let usable = UsableScales(codes: -127...127)
    #expect(usable.containsAll(upTo: greatest / 127) && !usable.containsAll(upTo: greatest / 126.9))
    #expect(usable.excludes(from: greatest / 126.9, to: greatest / 126.6))
    #expect(!usable.excludes(from: greatest / 127.1, to: greatest / 126.6))
    #expect(!usable.excludes(from: greatest / 126.9, to: greatest / 126.4))
    #expect(!usable.excludes(from: 1, to: 2))
  }
}
