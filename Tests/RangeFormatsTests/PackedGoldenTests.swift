import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import TensorIO
import Testing

/// Files of codes that the tools themselves made.
@Suite("Formats of codes: files of the tools")
struct PackedGoldenTests {
  private static func read(
    _ codec: any RangeCodec, _ name: String
  ) throws -> (ranges: RangeSet, notes: [String]) {
    try RangeImport(codec).read(PackedSamples.goldenInput(name))
  }

  private static func tensor(_ set: RangeSet, _ name: String) throws -> TensorRange {
    try #require(set.tensors.first { $0.name == name })
  }

  private static func values(_ specification: String) throws -> [Float] {
    let path = PackedSamples.url(specification.components(separatedBy: "#")[0]).path
    let member = specification.components(separatedBy: "#").dropFirst().map { "#" + $0 }.joined()
    return try #require(TensorFile.open(path + member).first).load(nonFinite: .error).values
  }

  @Test func `types of GGUF whose codes are integers are read, the others named`() throws {
    let (set, notes) = try Self.read(GGUFRanges(), "gguf/golden.gguf")
    #expect(set.tensors.map(\.name) == ["x.q4_0", "x.q5_0", "x.q8_0"])
    #expect(set.tensors.allSatisfy { $0.shape == [2, 256] && $0.granularity == .group(size: 32) })
    #expect(set.tensors.map(\.grid.description) == ["int4-affine", "int5-affine", "int8-narrow"])
    #expect(notes.first == "left out, type F32, not quantized: 'x.f32'")
    #expect(set.unaligned.map(\.name).contains("x.q4_1"))
    #expect(notes.contains { $0.contains("type Q4_K, whose codes are not integers") })
    // ggml's rules: amax / 127, and the value of largest magnitude / -8.
    let x = try Self.values("gguf/x.npy")
    let eight = try Self.tensor(set, "x.q8_0")
    let four = try Self.tensor(set, "x.q4_0")
    for block in 0..<16 {
      let part = x[block * 32..<(block + 1) * 32]
      let extreme = part.max { $0.magnitude < $1.magnitude } ?? 0
      guard extreme != 0 else {
        #expect(eight.scales[block] == 1 && four.scales[block] == 1 && four.zeroPoints[block] == 0)
        continue
      }
      #expect(eight.scales[block] == Float(Float16(extreme.magnitude / 127)))
      #expect(four.scales[block] == Float(Float16(extreme.magnitude / 8)))
      #expect(four.zeroPoints[block] == (extreme > 0 ? -1 : 0))
    }
    #expect(Set(four.zeroPoints) == [-1, 0])
  }

  @Test(arguments: ["x.q4_0", "x.q5_0", "x.q8_0"])
  func `blocks written with the scales of GGUF's have its scales and nearly all its codes`(
    _ name: String
  ) throws {
    let golden = try PackedSamples.golden("gguf/golden.gguf")
    let range = try Self.tensor(try Self.read(GGUFRanges(), "gguf/golden.gguf").ranges, name)
    let x = try Self.values("gguf/x.npy")
    let form = PackedForm(codec: GGUFRanges(), version: nil)
    let files = try RangeExport(form.codec, form.context([name: ([2, 256], x)]))
      .write(RangeSet(model: nil, tensors: [range]), dropping: false).files
    let size = 4 * range.grid.bits.count + 2
    let ours = Array(files[0].data.suffix((16 * size + 31) / 32 * 32).prefix(16 * size))
    // The golden file has the same bytes from the first block with that scale on.
    let header = try GGUFOffsets(golden)
    let start = try #require(header.offsets[name])
    let theirs = Array(golden[start..<start + 16 * size])
    let scales = { (bytes: [UInt8]) in
      stride(from: 0, to: bytes.count, by: size).map {
        UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 & 0x7FFF
      }
    }
    #expect(scales(ours) == scales(theirs))
    // ggml divides by the scale before it is rounded, rounds halves away from zero, and q4_0 by truncation.
    let bits = range.grid.bits.count
    let (left, right) = (
      PackedDecoding.gguf(ours, bits: bits), PackedDecoding.gguf(theirs, bits: bits)
    )
    let different = zip(left, right).count { $0 != $1 }
    #expect(different <= 512 / 50, "\(different)")
    for (place, pair) in zip(left, right).enumerated() {
      #expect((pair.0 - pair.1).magnitude <= range.scales[place / 32] * 1.001)
      // Ours is the nearest of the two.
      #expect((pair.0 - x[place]).magnitude <= (pair.1 - x[place]).magnitude)
    }
  }

  @Test(
    arguments: [
      ("int8_channel", "int8-full", Granularity.channel(axis: 0), "int-quantized"),
      ("int8_tensor_asym", "int8-affine", .tensor, "int-quantized"),
      ("int4_group32", "int4-full", .group(size: 32), "pack-quantized"),
      ("int4_group32_asym", "int4-affine", .group(size: 32), "pack-quantized"),
      ("int6_channel", "int6-full", .channel(axis: 0), "pack-quantized"),
    ])
  func `weights of compressed-tensors are read, and written byte for byte`(
    _ name: String, _ grid: String, _ granularity: Granularity, _ version: String
  ) throws {
    let file = "compressed-tensors/\(name)/model.safetensors"
    let (set, notes) = try Self.read(CompressedTensors(), file)
    let range = try Self.tensor(set, "linear.weight")
    #expect(notes.isEmpty && set.tensors.count == 1 && range.shape == [16, 64])
    #expect(range.grid == CodeGrid(grid) && range.granularity == granularity)
    let weight = try Self.values("compressed-tensors/input.safetensors#weight")
    if range.grid.family.scheme == .symmetric {
      let lanes = try #require(LanePartition(shape: [16, 64], granularity: granularity))
      for lane in range.scales.indices {
        let start = lanes[lane].start
        let amax = weight[start..<start + lanes[lane].count].map(\.magnitude).max() ?? 0
        let scale = amax / (Float(range.grid.bits.levels - 1) / 2)
        #expect((range.scales[lane] / scale - 1).magnitude < 1e-6)
      }
    }
    let form = PackedForm(codec: CompressedTensors(), version: version)
    let files = try RangeExport(form.codec, form.context([range.name: ([16, 64], weight)]))
      .write(set, dropping: false).files
    let (ours, theirs) = (
      try SafetensorsImage(files[0].data), try SafetensorsImage(try PackedSamples.golden(file))
    )
    #expect(Set(ours.members.map(\.name)) == Set(theirs.members.map(\.name)))
    for member in theirs.members {
      let written = try #require(ours[member.name])
      #expect(written.type == member.type && written.shape == member.shape, "\(member.name)")
      #expect(written.bytes == member.bytes, "\(member.name)")
    }
  }

  @Test func `weights of other numbers are left out by name`() throws {
    let fault = #expect(throws: FormatFault.self) {
      try Self.read(CompressedTensors(), "compressed-tensors/fp8_channel/model.safetensors")
    }
    #expect(
      fault?.description
        == "there are no ranges in it; left out, codes of type float of 8 bits, strategy 'channel'; read are integers "
        + "of 2 to 8 bits for each tensor, channel or group: 'linear'")
    #expect(
      throws: FormatFault(
        "there is no config.json in the same folder; its quantization_config says what the codes are"
      )
    ) {
      try RangeImport(CompressedTensors()).read(
        FormatInput(try PackedSamples.golden("compressed-tensors/int8_channel/model.safetensors")))
    }
  }
}

/// Where the tensors of the golden file begin, by a reader of its own: the data follow each other in blocks of 32.
struct GGUFOffsets {
  var offsets: [String: Int] = [:]

  init(_ data: Data) throws {
    let bytes = Array(data)
    var place = 24
    func number(_ count: Int) -> Int {
      defer { place += count }
      return Int(littleEndian(bytes, at: place, count: count))
    }
    func text() -> String {
      let count = number(8)
      defer { place += count }
      return String(decoding: bytes[place..<place + count], as: UTF8.self)
    }
    for _ in 0..<Int(littleEndian(bytes, at: 16, count: 8)) {
      _ = text()
      // Texts only: the architecture.
      #expect(number(4) == 8)
      _ = text()
    }
    for _ in 0..<Int(littleEndian(bytes, at: 8, count: 8)) {
      let name = text()
      for _ in 0..<number(4) { _ = number(8) }
      _ = number(4)
      offsets[name] = number(8)
    }
    let start = (place + 31) / 32 * 32
    offsets = offsets.mapValues { $0 + start }
  }
}
