import QuantizationCore
import Testing

@Suite struct RestrictedScalesTests {
  private func scale(_ wanted: Double, _ format: String) throws -> Double {
    Double(QuantizationParameters(scale: wanted, grid: try #require(CodeGrid(format))).scale)
  }

  @Test("a scale is the nearest number of its format, ties to even")
  func nearest() throws {
    #expect(try scale(0.1, "int8-narrow/scale:float16") == Double(Float16(0.1)))
    #expect(try scale(1 + 0x1p-11, "int8-narrow/scale:float16") == 1)
    #expect(try scale(1 + 0x3p-11, "int8-narrow/scale:float16") == 1 + 0x2p-10)
    #expect(try scale(1 + 0x1p-8, "int8-narrow/scale:bfloat16") == 1)
    #expect(try scale(1 + 0x3p-8, "int8-narrow/scale:bfloat16") == 1 + 0x2p-7)
    #expect(try scale(1.4, "mxfp4") == 1 && scale(1.5, "mxfp4") == 2 && scale(0.3, "mxfp4") == 0.25)
    #expect(try scale(1.0625, "nvfp4") == 1 && scale(1.07, "nvfp4") == 1.125)
    #expect(try scale(1e9, "nvfp4") == 448 && scale(1e-9, "nvfp4") == 0x1p-9)
  }

  @Test("a power of two covers the range, whatever is nearer")
  func covering() throws {
    let grid = try #require(CodeGrid("mxfp4"))
    for (largest, expected) in [(6.0, 1.0), (6.001, 2), (12, 2), (0.75, 0.125)] {
      let quantizer = QuantizationParameters(covering: ClippingRange(magnitude: largest), on: grid)
      #expect(Double(quantizer.scale) == expected)
    }
  }

  @Test("neighbours of a number are the set's", arguments: ScaleFormat.allCases.dropFirst())
  func neighbours(format: ScaleFormat) throws {
    let unit: Float = format == .e4m3 ? 0.3 : 1
    let usable = UsableScales(codes: -7...7)
    let scales = RestrictedScales(format, unit: unit, usable: usable)
    var scale = try #require(scales.scale(atLeast: 0.001))
    for _ in 0..<40 {
      #expect(scales.scale(atMost: scale) == scale && scales.scale(atLeast: scale) == scale)
      let next = try #require(scales.scale(atLeast: scale.nextUp))
      #expect(next > scale && scales.scale(atMost: next.nextDown) == scale)
      #expect(scales.excludes(from: scale, to: next))
      #expect(!scales.excludes(from: scale.nextDown, to: next))
      scale = next
      if format == .e4m3, scale > 100 { break }
    }
    #expect(scales.scale(atMost: 1e-45) == nil)
  }

  @Test("ends of a format are said")
  func ends() throws {
    let small = QuantizationParameters(
      scale: 1e-20, grid: try #require(CodeGrid("int8-narrow/scale:float16")))
    #expect(small.condition == .scaleRaised && small.scale == Float(0x1p-24))
    let large = QuantizationParameters(
      scale: 1e20, grid: try #require(CodeGrid("int8-narrow/scale:float16")))
    #expect(large.condition == .scaleLowered && large.scale == 65504)
    let huge = QuantizationParameters(scale: 1e38, grid: try #require(CodeGrid("fp8-e4m3")))
    #expect(huge.condition == .scaleLowered && huge.upper < 0x1p128)
  }
}
