import QuantizationCore
import Testing

@Suite struct FormatTextTests {
  @Test(
    "a format reads what it writes",
    arguments: [
      "int4-narrow", "int16-full", "uint8", "uint8-affine", "int3-affine", "fp8-e4m3", "fp8-e5m2",
      "fp6-e2m3", "fp6-e3m2", "fp4-e2m1", "nf4", "pot4", "levels[-1,0,0.5,1]", "mxfp4",
      "mxfp6-e2m3", "mxfp6-e3m2", "mxfp8-e4m3", "mxfp8-e5m2", "nvfp4",
      "int8-narrow/scale:power-of-two",
      "uint4-affine/scale:bfloat16", "fp4-e2m1/scale:float16", "nf4/scale:e4m3",
    ])
  func roundTrip(text: String) throws {
    let format = try #require(CodeGrid(text))
    #expect("\(format)" == text)
    // The names that files write for scheme and grid are as good.
    let family = try #require(
      GridFamily(scheme: format.family.scheme, gridName: format.family.gridName))
    #expect(CodeGrid(family, bits: format.bits) == format)
  }

  @Test("what has two names has one text")
  func synonyms() {
    #expect(CodeGrid("fp4-e2m1/scale:power-of-two")?.description == "mxfp4")
    #expect(CodeGrid("fp4-e2m1/scale:e4m3")?.description == "nvfp4")
    #expect(CodeGrid("levels[0.0,1.50]")?.description == "levels[0,1.5]")
  }

  @Test(
    "anything else is no format",
    arguments: [
      "", "int4", "int1-narrow", "int17-full", "int04-narrow", "uint4-narrow", "int4-unsigned",
      "e4m3", "fp8", "fp4-e4m3", "mxfp8", "nf3", "pot1", "pot9", "levels[]", "levels[1,2]",
      "levels[0,x]", "levels[0,inf]", "int8-narrow/scale:", "int8-narrow/scale:float32",
      "int8-narrow/scale:fp16", "int8-narrow/float16", "nf4/scale:e4m3/scale:e4m3", " nf4",
      "INT8-narrow", "mxfp4/scale:float16",
    ])
  func faults(text: String) { #expect(CodeGrid(text) == nil) }

  @Test(
    "a value takes its share of a scale and a zero point",
    arguments: [
      ("int4-narrow", 8, 4.25), ("uint4-affine", 8, 4.28125), ("mxfp4", 32, 4.25),
      // Beside its 64 scales of a byte it has one Float32: 32 of 1024 values.
      ("nvfp4", 64, 4.53125), ("int8-narrow/scale:float16", 32, 8.5), ("fp8-e4m3", 1, 8.03125),
    ])
  func size(text: String, lanes: Int, bits: Double) throws {
    #expect(try #require(CodeGrid(text)).bitsPerValue(lanes: lanes, of: 1024) == bits)
  }
}
