import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import TensorIO
import Testing

/// Several tools write the scale of a symmetric 4-bit weight below zero, so that the largest value meets the
/// lowest code.
///
/// A scale -s with codes q is read as s with codes counted from the other end.
@Suite("Formats: scales below zero")
struct MirroredScaleTests {
  @Test func `rows of a table`() throws {
    // real = (q - z) s: of -8..7 times -0.5 the ends are -3.5 and 4.
    let text = "name,granularity,bits,scheme,grid,scale,zero_point\n"
    func read(_ lines: String) throws -> TensorRange {
      try #require(
        RangeImport(CSVRanges()).read(FormatInput(Data((text + lines).utf8))).ranges.tensors.first)
    }
    let full = try read(
      "w,channel:0,4,symmetric,full,-0.5,0\nw,channel:0,4,symmetric,full,0.25,0\n")
    #expect(full.grid == CodeGrid("int4-affine") && full.scales == [0.5, 0.25])
    #expect(full.zeroPoints == [-1, 0])
    #expect(full.ends(ofLane: 0) == (-3.5, 4) && full.ends(ofLane: 1) == (-2, 1.75))
    // (0 - 8) -1 = 8 and (15 - 8) -1 = -7.
    let unsigned = try read("w,tensor,4,affine,unsigned,-1,8\n")
    #expect(unsigned.ends(ofLane: 0) == (-7, 8) && unsigned.zeroPoints == [7])
    #expect(try read("w,tensor,4,symmetric,narrow,-1,0\n").grid == CodeGrid("int4-narrow"))
  }

  @Test func `a module of compressed-tensors`() throws {
    var writer = SafetensorsImageWriter()
    writer.append("m.weight_packed", shape: [2, 1], [0, 0] as [Int32])
    writer.append("m.weight_shape", shape: [2], [2, 8] as [Int64])
    writer.append("m.weight_scale", shape: [2, 1], [0xBF80, 0x4000] as [UInt16], as: "BF16")
    let data = writer.data()
    func read(_ more: String) throws -> TensorRange {
      let weights = "\"weights\": {\"num_bits\": 4, \"strategy\": \"channel\"\(more)}"
      let config = Data(
        "{\"quantization_config\": {\"config_groups\": {\"g\": {\"targets\": [\"Linear\"], \(weights)}}, \"format\": \"pack-quantized\"}}"
          .utf8)
      return try #require(
        RangeImport(CompressedTensors()).read(
          FormatInput(data) { $0 == "/config.json" ? config : nil }
        ).ranges.tensors.first)
    }
    // -8..7 times -1, and -8..7 times 2.
    let range = try read("")
    #expect(range.ends(ofLane: 0) == (-7, 8) && range.ends(ofLane: 1) == (-16, 14))
    #expect(range.zeroPoints == [-1, 0] && range.grid == CodeGrid("int4-affine"))
  }

  @Test func `a module of GPTQ`() throws {
    var writer = SafetensorsImageWriter()
    writer.append("m.qweight", shape: [1, 8], [Int32](repeating: 0, count: 8))
    // Output 0 has the zero point 5 + 1, all others 7 + 1.
    writer.append("m.qzeros", shape: [1, 1], [0x7777_7775] as [Int32])
    writer.append("m.scales", shape: [1, 8], [-2, -1] + [Float](repeating: 1, count: 6))
    writer.append("m.g_idx", shape: [8], [Int32](repeating: 0, count: 8))
    let config = Data("{\"bits\": 4, \"group_size\": -1, \"sym\": false}".utf8)
    let range = try #require(
      RangeImport(GPTQRanges(), FormatContext(options: FormatOptions(version: "gptq"))).read(
        FormatInput(writer.data()) { $0 == "/quantize_config.json" ? config : nil }
      ).ranges.tensors.first)
    // (0 - 6) -2 = 12 and (15 - 6) -2 = -18; (0 - 8) -1 = 8 and (15 - 8) -1 = -7.
    #expect(range.ends(ofLane: 0) == (-18, 12) && range.ends(ofLane: 1) == (-7, 8))
    #expect(range.ends(ofLane: 2) == (-8, 7))
    #expect(range.zeroPoints.prefix(3) == [9, 7, 8])
  }
}
