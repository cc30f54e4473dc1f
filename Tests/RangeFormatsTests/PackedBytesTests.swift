import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import TensorIO
import Testing

/// Files of a few codes, whose bytes are computed by hand.
@Suite("Formats of codes: bytes by hand")
struct PackedBytesTests {
  private static func range(
    _ name: String, _ shape: [Int], _ granularity: Granularity, _ grid: String, scales: [Float],
    zeroPoints: [Int]? = nil
  ) throws -> TensorRange {
    TensorRange(
      name: name, kind: .weight, shape: shape, granularity: granularity,
      grid: try #require(CodeGrid(grid)), estimator: "mse", scales: scales,
      zeroPoints: zeroPoints ?? scales.map { _ in 0 })
  }

  private static func written(
    _ codec: any RangeCodec, _ range: TensorRange, _ values: [Float], version: String? = nil
  ) throws -> [FormatFile] {
    let form = PackedForm(codec: codec, version: version)
    return try RangeExport(codec, form.context([range.name: (range.shape, values)]))
      .write(RangeSet(model: nil, tensors: [range]), dropping: false).files
  }

  /// Whole numbers of steps.
  private static func values(
    _ count: Int, steps step: Float = 1, _ code: (Int) -> Int
  ) -> [Float] { (0..<count).map { step * Float(code($0)) } }

  /// The last bytes of a GGUF file, without what fills them up to a multiple of 32.
  private static func blocks(_ files: [FormatFile], _ count: Int) -> [UInt8] {
    let padded = (count + 31) / 32 * 32
    #expect(files[0].data.suffix(padded - count).allSatisfy { $0 == 0 })
    return Array(files[0].data.suffix(padded).prefix(count))
  }

  @Test func `a whole GGUF file of one block Q4_0`() throws {
    // Codes j % 16, so both nibbles of byte j are j.
    let values = Self.values(32, steps: 0.5) { $0 % 16 - 8 }
    let range = try Self.range("w", [1, 32], .group(size: 32), "int4-full", scales: [0.5])
    let header: [UInt8] = .joined(
      Array("GGUF".utf8), .of(UInt32(3)), .of(UInt64(1)), .of(UInt64(2)),
      .of("general.architecture"), .of(UInt32(8)), .of("rangelab"),
      .of("general.quantization_version"), .of(UInt32(4)), .of(UInt32(2)),
      .of("w"), .of(UInt32(2)), .of(UInt64(32)), .of(UInt64(1)), .of(UInt32(2)), .of(UInt64(0)))
    let padding = [UInt8](repeating: 0, count: (32 - header.count % 32) % 32)
    let block: [UInt8] = [0x00, 0x38] + (0..<16).map { UInt8($0) * 17 }
    let files = try Self.written(GGUFRanges(), range, values)
    #expect(files.map(\.suffix) == [""])
    #expect(
      Array(files[0].data) == header + padding + block + [UInt8](repeating: 0, count: 14))
  }

  @Test func `blocks Q5_0, Q8_0, a mirrored one and one of zeros`() throws {
    // q - 16 = j - 16: the low four bits as above, the fifth is that of the upper half.
    let five = try Self.range("w", [1, 32], .group(size: 32), "int5-full", scales: [2])
    let ramp = Self.values(32) { $0 - 16 }
    #expect(
      Self.blocks(try Self.written(GGUFRanges(), five, Self.values(32, steps: 2) { $0 - 16 }), 22)
        == [0x00, 0x40, 0, 0, 0xFF, 0xFF] + (0..<16).map { UInt8($0) * 17 })
    // 0.25 is 0x3400; the second row is zero and has the scale 1 that stands for none.
    let eight = try Self.range("w", [2, 32], .group(size: 32), "int8-narrow", scales: [0.25, 1])
    #expect(
      Self.blocks(
        try Self.written(GGUFRanges(), eight, ramp + [Float](repeating: 0, count: 32)), 68)
        == [0x00, 0x34] + (0..<32).map { UInt8(bitPattern: Int8(4 * $0 - 64)) }
        + [UInt8](repeating: 0, count: 34))
    // The zero point -1 of signed codes q: real = (q + 1) * 0.5 = (-1 - q) * -0.5, and -1 - q + 8 = 7 - q.
    let mirrored = try Self.range(
      "w", [1, 32], .group(size: 32), "int4-affine", scales: [0.5], zeroPoints: [-1])
    #expect(
      Self.blocks(
        try Self.written(GGUFRanges(), mirrored, Self.values(32, steps: 0.5) { $0 % 16 - 7 }), 18)
        == [0x00, 0xB8] + (0..<16).map { UInt8(15 - $0) * 17 })
  }

  @Test func `a MatMul weight is transposed for GGUF`() throws {
    // Column 0 of [32, 2] counts down from 1 in steps, column 1 is constant.
    let values = Self.values(64) { $0 % 2 == 0 ? 1 - $0 / 2 : 3 }
    let range = try Self.range(
      "w", [32, 2], .group(size: 32, axis: 0), "int8-narrow", scales: [1, 0.5])
    let files = try Self.written(GGUFRanges(), range, values)
    let first = [0x00, 0x3C] + (0..<32).map { UInt8(bitPattern: Int8(1 - $0)) }
    let second: [UInt8] = [0x00, 0x38] + [UInt8](repeating: 6, count: 32)
    #expect(Self.blocks(files, 68) == first + second)
    // 32 values of a row come first, then the number of rows.
    let axes: [UInt8] = .joined(.of("w"), .of(UInt32(2)), .of(UInt64(32)), .of(UInt64(2)))
    #expect(files[0].data.firstRange(of: axes) != nil)
    // Without a model the file is read as it lies, with one as the model has it.
    let bare = try RangeImport(GGUFRanges()).read(FormatInput(files[0].data)).ranges.tensors[0]
    #expect(
      bare.shape == [2, 32] && bare.granularity == .group(size: 32) && bare.scales == [1, 0.5])
    let model = ModelDirectory(
      tensors: [("w", .init(kind: .weight, shape: [32, 2], channelAxis: 1, groupAxis: 0))])
    let read = try RangeImport(GGUFRanges(), FormatContext(model: model))
      .read(FormatInput(files[0].data)).ranges.tensors[0]
    #expect(read.shape == [32, 2] && read.granularity == .group(size: 32, axis: 0))
  }

  @Test func `words of pack-quantized, and zero points along the outputs`() throws {
    let values = Self.values(8) { $0 - 8 } + Self.values(8, steps: 0.5) { $0 }
    let range = try Self.range(
      "fc.weight", [2, 8], .channel(axis: 0), "int4-full", scales: [1, 0.5])
    let files = try Self.written(CompressedTensors(), range, values)
    #expect(files.map(\.suffix) == ["", "/config.json"])
    let image = try SafetensorsImage(files[0].data)
    #expect(
      Set(image.members.map(\.name)) == ["fc.weight_packed", "fc.weight_scale", "fc.weight_shape"])
    #expect(try PackedDecoding.words(image["fc.weight_packed"]) == [0x7654_3210, 0xFEDC_BA98])
    #expect(
      image["fc.weight_packed"]?.shape == [2, 1] && image["fc.weight_scale"]?.shape == [2, 1])
    #expect(try PackedDecoding.floats(image["fc.weight_scale"]) == [1, 0.5])
    #expect(try PackedDecoding.numbers(image["fc.weight_shape"], 8) == [2, 8])
    // Codes from 0 with zero points 3 and 9: the same fields, and 3 | 9 << 4.
    let affine = try Self.range(
      "fc.weight", [2, 8], .channel(axis: 0), "uint4-affine", scales: [1, 0.5], zeroPoints: [3, 9])
    let shifted = Self.values(8) { $0 - 3 } + Self.values(8, steps: 0.5) { $0 + 8 - 9 }
    let other = try SafetensorsImage(try Self.written(CompressedTensors(), affine, shifted)[0].data)
    #expect(try PackedDecoding.words(other["fc.weight_packed"]) == [0x7654_3210, 0xFEDC_BA98])
    #expect(try PackedDecoding.words(other["fc.weight_zero_point"]) == [0x93])
    #expect(other["fc.weight_zero_point"]?.shape == [1, 1])
    let config = String(decoding: files[1].data, as: UTF8.self)
    for part in [
      "\"quant_method\" : \"compressed-tensors\"", "\"format\" : \"pack-quantized\"",
      "\"num_bits\" : 4", "\"symmetric\" : true", "\"strategy\" : \"channel\"", "\"fc\"",
    ] { #expect(config.contains(part), "\(part)") }
  }

  @Test func `bytes of int-quantized from a MatMul weight`() throws {
    // [K, N] = [2, 3]: outputs are columns; unsigned codes lose 128.
    let range = try Self.range(
      "fc.weight", [2, 3], .channel(axis: 1), "uint8-affine", scales: [1, 2, 0.5],
      zeroPoints: [0, 128, 255])
    let files = try Self.written(
      CompressedTensors(), range, [7, -4, -1, 255, 6, -127.5], version: "int-quantized")
    let image = try SafetensorsImage(files[0].data)
    #expect(image["fc.weight"]?.shape == [3, 2] && image["fc.weight"]?.type == "I8")
    // Codes 7, 255 | 126, 131 | 253, 0.
    let codes = [7, 255, 126, 131, 253, 0].map { UInt8(bitPattern: Int8($0 - 128)) }
    #expect(image["fc.weight"].map { Array($0.bytes) } == codes)
    #expect(image["fc.weight_zero_point"].map { Array($0.bytes) } == [0x80, 0x00, 0x7F])
    #expect(try PackedDecoding.floats(image["fc.weight_scale"]) == [1, 2, 0.5])
  }

  @Test(arguments: [("gptq", 0x7777_7777 as UInt32), ("gptq_v2", 0x8888_8888)])
  func `words of GPTQ along the inputs`(_ version: String, _ middle: UInt32) throws {
    // Row n has the codes n, n + 1 ... modulo 16, in steps of 0.5 around 8.
    let values = Self.values(64, steps: 0.5) { ($0 / 8 + $0 % 8) % 16 - 8 }
    let range = try Self.range(
      "fc.weight", [8, 8], .channel(axis: 0), "int4-full",
      scales: [Float](repeating: 0.5, count: 8))
    let files = try Self.written(GPTQRanges(), range, values, version: version)
    let image = try SafetensorsImage(files[0].data)
    let words: [UInt32] = [
      0x7654_3210, 0x8765_4321, 0x9876_5432, 0xA987_6543, 0xBA98_7654, 0xCBA9_8765, 0xDCBA_9876,
      0xEDCB_A987,
    ]
    #expect(try PackedDecoding.words(image["fc.qweight"]) == words)
    #expect(image["fc.qweight"]?.shape == [1, 8] && image["fc.scales"]?.shape == [1, 8])
    #expect(try PackedDecoding.words(image["fc.qzeros"]) == [middle])
    #expect(try PackedDecoding.numbers(image["fc.scales"], 2).allSatisfy { $0 == 0x3800 })
    #expect(try PackedDecoding.words(image["fc.g_idx"]) == [UInt32](repeating: 0, count: 8))
    #expect(files[1].suffix == "/quantize_config.json")
    let config = String(decoding: files[1].data, as: UTF8.self)
    #expect(
      config.contains("\"checkpoint_format\" : \"\(version)\"") && config.contains("\"sym\" : true")
    )
    // Zero points 1 ... 8 of unsigned codes; version gptq has them less one.
    let affine = try Self.range(
      "fc.weight", [8, 8], .channel(axis: 0), "uint4-affine",
      scales: [Float](repeating: 0.5, count: 8), zeroPoints: Array(1...8))
    let other = try SafetensorsImage(
      try Self.written(GPTQRanges(), affine, values, version: version)[0].data)
    #expect(
      try PackedDecoding.words(other["fc.qzeros"])
        == [version == "gptq" ? 0x7654_3210 : 0x8765_4321])
  }
}
