import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// Files of codes that end early or are damaged: one fault, or ranges that can be used; never a crash.
@Suite("Formats of codes: damage")
struct PackedDamageTests {
  private static let golden = [
    "gguf/golden.gguf", "compressed-tensors/int4_group32_asym/model.safetensors",
    "compressed-tensors/int8_tensor_asym/model.safetensors", "gptq",
  ]

  /// A file, the one beside it, and what reads both.
  private static func sample(
    _ name: String
  ) throws -> (codec: any RangeCodec, bytes: [UInt8], beside: (suffix: String, bytes: [UInt8])?) {
    guard name == "gptq" else {
      guard name.hasPrefix("compressed") else {
        return (GGUFRanges(), Array(try PackedSamples.golden(name)), nil)
      }
      let config = name.replacingOccurrences(of: "model.safetensors", with: "config.json")
      return (
        CompressedTensors(), Array(try PackedSamples.golden(name)),
        ("/config.json", Array(try PackedSamples.golden(config)))
      )
    }
    var random = SplitMix(seed: 41)
    let (range, values) = try PackedSamples.range(
      "layer.weight", shape: [16, 64], .group(size: 32), try grid(.affineUnsigned, 4),
      zeroPoints: 1...15, &random)
    let form = PackedForm(codec: GPTQRanges(), version: nil)
    let files = try RangeExport(form.codec, form.context([range.name: (range.shape, values)]))
      .write(RangeSet(model: nil, tensors: [range]), dropping: false).files
    return (form.codec, Array(files[0].data), (files[1].suffix, Array(files[1].data)))
  }

  private static func read(
    _ codec: any RangeCodec, _ bytes: [UInt8], _ beside: (suffix: String, bytes: [UInt8])?
  ) throws -> RangeSet {
    let data = beside.map { (suffix: $0.suffix, data: Data($0.bytes)) }
    return try RangeImport(codec).read(
      FormatInput(Data(bytes)) { suffix in data?.suffix == suffix ? data?.data : nil }
    ).ranges
  }

  @Test(arguments: golden)
  func `a file that ends early is refused`(_ name: String) throws {
    let (codec, bytes, beside) = try Self.sample(name)
    let whole = try Self.read(codec, bytes, beside)
    #expect(!whole.tensors.isEmpty)
    for end in 0..<bytes.count {
      do {
        _ = try Self.read(codec, Array(bytes[..<end]), beside)
        // What fills up the end is nobody's.
        #expect(codec.name == "gguf" && bytes.count - end < 32, "\(end)")
      } catch let fault as FormatFault { #expect(!fault.description.isEmpty) }
    }
    guard let beside else { return }
    for end in 0..<beside.bytes.count - 2 {
      #expect(throws: FormatFault.self, "\(end)") {
        try Self.read(codec, bytes, (beside.suffix, Array(beside.bytes[..<end])))
      }
    }
  }

  /// A small file of each format and version, with the one beside it: most of it is header.
  private static func small(
    _ form: PackedForm
  ) throws -> (bytes: [UInt8], beside: (suffix: String, bytes: [UInt8])?) {
    var random = SplitMix(seed: 41)
    let grid = CodeGrid(
      form.codec.name == "gguf" ? .symmetricNarrow : .affineSigned,
      bits: form.codec.name == "gptq" ? try #require(BitWidth(4)) : .eight)
    let samples = try ["a.weight", "b.weight"].map {
      try PackedSamples.range(
        $0, shape: [8, 32], .group(size: 32), grid, zeroPoints: -7...7, &random)
    }
    let files = try RangeExport(
      form.codec,
      form.context(
        Dictionary(
          uniqueKeysWithValues: samples.map { ($0.range.name, ($0.range.shape, $0.values)) }))
    ).write(RangeSet(model: nil, tensors: samples.map(\.range)), dropping: false).files
    return (
      Array(files[0].data), files.dropFirst().first.map { ($0.suffix, Array($0.data)) }
    )
  }

  @Test(arguments: PackedForm.all)
  func `a damaged file is one fault, or ranges that can be used`(_ form: PackedForm) throws {
    let (bytes, beside) = try Self.small(form)
    let count = Damage.count(or: 4000)
    var damage = Damage(random: SplitMix(seed: 42))
    let counts = damage.survive(count) { round, damage in
      if round % 4 == 3, let beside {
        return try Self.read(form.codec, bytes, (beside.suffix, damage.damaged(beside.bytes)))
          .tensors
      }
      let end = round % 2 == 0 ? 400 : bytes.count
      return try Self.read(form.codec, damage.damaged(bytes, within: end), beside).tensors
    }
    #expect(counts.read + counts.refused == count)
    #expect(counts.refused > count / 8 && counts.read > count / 400)
  }

  @Test func `lengths that no memory has are refused at once`() throws {
    func refused(_ parts: [UInt8]...) -> String? {
      let bytes = Array("GGUF".utf8) + .of(UInt32(3)) + parts.flatMap(\.self)
      return #expect(throws: FormatFault.self) {
        try RangeImport(GGUFRanges()).read(FormatInput(Data(bytes)))
      }?.description
    }
    let (none, one): ([UInt8], [UInt8]) = (.of(UInt64(0)), .of(UInt64(1)))
    #expect(
      refused(.of(UInt64.max), none)
        == "byte 8: 18446744073709551615 tensors in the 8 bytes that are left")
    let huge: [UInt8] = .of(UInt64(1) << 40)
    #expect(
      refused(one, none, .of("w"), .of(UInt32(2)), huge, huge, .of(UInt32(8)), none)
        == "'w': the shape [1099511627776, 1099511627776] has too many values")
    #expect(
      refused(one, none, .of("w"), .of(UInt32(1)), .of(UInt64(1) << 30), .of(UInt32(8)), none)
        == "'w': 1140850688 bytes of data from byte 64 on; the file has 57")
    // Two tensors in the same place: each byte is one tensor's.
    let tensor = { (name: String) -> [UInt8] in
      .joined(.of(name), .of(UInt32(1)), .of(UInt64(32)), .of(UInt32(8)), none)
    }
    #expect(
      refused(.of(UInt64(2)), none, tensor("a"), tensor("b"), [UInt8](repeating: 0, count: 200))
        == "'b': the data begin at 0; expected 64, behind those before")
    // Lists in each other.
    let list: [UInt8] = .of(UInt32(9)) + .of(UInt64(1))
    let nested = (0..<8).flatMap { _ in list }
    #expect(
      refused(none, one, .of("k"), .of(UInt32(9)), nested)?
        .hasSuffix("lists are nested too deeply") == true)
  }
}
