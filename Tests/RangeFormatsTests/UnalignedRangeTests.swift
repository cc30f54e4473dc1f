import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import TensorIO
import Testing
import _TestSupport

/// Ranges of other tools whose zero lies between two codes: read and kept, and taken by nothing but the score.
@Suite("Ranges without a zero point")
struct UnalignedRangeTests {
  private static func openvino(_ levels: Int, _ low: String, _ high: String) -> Data {
    Data(
      """
      {"format": "openvino-fake-quantize", "version": 1, "tensors": [
       {"name": "w", "kind": "weight", "levels": \(levels), "shape": [2, 1], "input_low": \(low),
        "input_high": \(high), "tensor_shape": [2, 3]}]}
      """.utf8)
  }

  private static func read(_ codec: any RangeCodec, _ data: Data) throws -> (RangeSet, [String]) {
    let read = try RangeImport(codec).read(FormatInput(data))
    return (read.ranges, read.notes)
  }

  @Test func `ends with zero between two codes are kept as they are`() throws {
    // Lane 0 has zero at 127.5, lane 1 at the code 51.
    let (set, notes) = try Self.read(
      OpenVINORanges(), Self.openvino(256, "[-1, -0.5]", "[1, 2]"))
    #expect(set.tensors.isEmpty && set.unaligned.count == 1)
    let range = try #require(set.unaligned.first)
    #expect(
      range.lows == [-1, -0.5] && range.steps.scales == [Float(2 / 255.0), Float(2.5 / 255)])
    #expect(range.steps.shape == [2, 3] && range.steps.granularity == .channel(axis: 0))
    #expect(range.alignedGrid == CodeGrid("uint8-affine"))
    #expect(
      notes == ["1 tensor with zero between two codes: they can be scored, and nothing else"])
    // A range that does not reach zero has no zero point either.
    let away = try Self.read(OpenVINORanges(), Self.openvino(16, "[1, 0]", "[2, 15]")).0
    #expect(away.unaligned.first?.lows == [1, 0])
  }

  @Test func `RANGES json keeps them, and gives them to nobody who does not ask`() throws {
    let (set, _) = try Self.read(OpenVINORanges(), Self.openvino(256, "[-1, -0.5]", "[1, 2]"))
    let text = String(decoding: try set.json(), as: UTF8.self)
    #expect(try RangeSet(json: text, allowsUnaligned: true) == set)
    let fault = #expect(throws: (any Error).self) { try RangeSet(json: text) }
    #expect(
      fault.map { "\($0)" }
        == "tensors[0] 'w': zero lies between two codes; such ranges can be scored, and nothing else"
    )
    for (old, new) in [
      ("\"low\"", "\"lower\""), ("-0.5", "-1e99"), ("\"bits\" : 8", "\"bits\" : 1"),
    ] {
      #expect(text.contains(old))
      #expect(throws: (any Error).self, "\(new)") {
        try RangeSet(json: text.replacing(old, with: new), allowsUnaligned: true)
      }
    }
  }

  @Test func `an odd number of levels has zero in the middle`() throws {
    #expect(
      throws: FormatFault(
        "tensors[0] 'w': zero lies between two codes of lane 1, [-0.5, 2.0] in 255 levels")
    ) { try Self.read(OpenVINORanges(), Self.openvino(255, "[-1, -0.5]", "[1, 2]")) }
  }

  /// A GGUF file of one tensor of blocks Q4_1, each a scale, a least value and 16 bytes of codes.
  private static func blocks(_ numbers: [(scale: Float, least: Float)]) -> Data {
    var bytes: [UInt8] = .joined(
      Array("GGUF".utf8), .of(UInt32(3)), .of(UInt64(1)), .of(UInt64(0)), .of("w"), .of(UInt32(1)),
      .of(UInt64(32 * numbers.count)), .of(UInt32(3)), .of(UInt64(0)))
    bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
    for block in numbers {
      bytes += .of(Float16(block.scale).bitPattern)
      bytes += .of(Float16(block.least).bitPattern)
      bytes += [UInt8](repeating: 0x5A, count: 16)
    }
    return Data(bytes)
  }

  @Test func `blocks with a least value have it as the low end`() throws {
    let (set, _) = try Self.read(
      GGUFRanges(), Self.blocks([(0.5, -1.25), (0.25, 0), (-0.5, 3), (0, 1)]))
    let range = try #require(set.unaligned.first)
    #expect(set.tensors.isEmpty && range.steps.granularity == .group(size: 32))
    // Codes 0...15 times -0.5 and 3 more are -4.5...3; a block without a step is 1 everywhere.
    #expect(range.lows == [-1.25, 0, -4.5, 1])
    #expect(range.steps.scales == [0.5, 0.25, 0.5, .leastNormalMagnitude])
  }

  @Test func `the golden file's least values are those of its blocks`() throws {
    let set = try Self.read(GGUFRanges(), try PackedSamples.golden("gguf/golden.gguf")).0
    let range = try #require(set.unaligned.first { $0.name == "x.q4_1" })
    let file = try #require(TensorFile.open(PackedSamples.url("gguf/x.npy").path).first)
    let x = try file.load(nonFinite: .error).values
    for block in 0..<16 {
      let part = x[block * 32..<(block + 1) * 32]
      let (low, high) = (part.min() ?? 0, part.max() ?? 0)
      #expect(range.lows[block] == Float(Float16(low)))
      if high > low { #expect(range.steps.scales[block] == Float(Float16((high - low) / 15))) }
    }
  }

  @Test func `a model knows their names and shapes`() throws {
    let data = Self.openvino(256, "[-1, -0.5]", "[1, 2]")
    func read(_ name: String, shape: [Int]) throws -> RangeSet {
      let entry = ModelDirectory.Entry(kind: .weight, shape: shape, channelAxis: 0)
      let model = ModelDirectory(tensors: [(name, entry)])
      return try RangeImport(OpenVINORanges(), FormatContext(model: model)).read(FormatInput(data))
        .ranges
    }
    #expect(try read("w", shape: [2, 3]).unaligned.count == 1)
    #expect(throws: FormatFault("the model has no tensor 'w'")) { try read("v", shape: [2, 3]) }
    #expect(throws: FormatFault.self) { try read("w", shape: [3, 3]) }
  }
}
