import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import TensorIO
import Testing

/// Files that other programs could have made, laid out by hand.
@Suite("Formats of codes: reading")
struct PackedReadingTests {
  // MARK: - GPTQ

  /// A GPTQ file of one module of 8 outputs and 8 inputs, with one word of zero points.
  private static func gptq(
    _ zeros: UInt32, _ config: String, name: String = "quantize_config.json"
  ) -> FormatInput {
    var writer = SafetensorsImageWriter()
    writer.append("m.qweight", shape: [1, 8], [Int32](repeating: 0, count: 8))
    writer.append("m.qzeros", shape: [1, 1], [Int32(bitPattern: zeros)])
    writer.append("m.scales", shape: [1, 8], [UInt16](repeating: 0x3800, count: 8), as: "F16")
    writer.append("m.g_idx", shape: [8], [Int32](repeating: 0, count: 8))
    return FormatInput(writer.data()) { $0 == "/\(name)" ? Data(config.utf8) : nil }
  }

  private static func read(
    _ input: FormatInput, version: String? = nil
  ) throws -> (range: TensorRange, notes: [String]) {
    let context = FormatContext(options: FormatOptions(version: version))
    let (set, notes) = try RangeImport(GPTQRanges(), context).read(input)
    return (try #require(set.tensors.first), notes)
  }

  @Test
  func `files of GPTQ that say the wrong version are seen through where all is in the middle`()
    throws
  {
    func config(_ sym: Bool, _ version: String) -> String {
      "{\"bits\": 4, \"group_size\": -1, \"sym\": \(sym), \"checkpoint_format\": \"\(version)\"}"
    }
    for (zeros, version) in [(0x7777_7777 as UInt32, "gptq"), (0x8888_8888, "gptq_v2")] {
      for said in ["gptq", "gptq_v2"] {
        let (range, notes) = try Self.read(Self.gptq(zeros, config(true, said)))
        #expect(range.grid == CodeGrid("int4-full") && range.granularity == .channel(axis: 0))
        #expect(
          notes
            == (said == version
              ? []
              : [
                "the zero points are those of version \(version), although the file is said to be \(said)"
              ]))
      }
    }
    // Without that, the file is believed, or who knows better.
    let plain = Self.gptq(0x7654_3210, config(false, "gptq"))
    #expect(try Self.read(plain).range.zeroPoints == Array(1...8))
    #expect(try Self.read(plain).notes.first?.contains("--format-version gptq_v2") == true)
    #expect(try Self.read(plain, version: "gptq_v2").range.zeroPoints == Array(0...7))
    #expect(
      try Self.read(Self.gptq(0x7654_3210, config(false, "gptq_v2"))).range.zeroPoints
        == Array(0...7))
    // A stored 15 is 16 in version gptq.
    #expect(throws: FormatFault.self) {
      try Self.read(Self.gptq(0xF654_3210, config(false, "gptq")))
    }
  }

  @Test func `config.json serves where there is no quantize_config.json`() throws {
    let inner = "{\"bits\": 4, \"group_size\": 8, \"sym\": true, \"quant_method\": \"gptq\"}"
    let config = "{\"hidden_size\": 8, \"quantization_config\": \(inner)}"
    let (range, _) = try Self.read(Self.gptq(0x7777_7777, config, name: "config.json"))
    #expect(
      range.granularity == .group(size: 8) && range.scales == [Float](repeating: 0.5, count: 8))
    for (part, other) in [
      ("\"gptq\"", "\"awq\""), ("\"bits\": 4", "\"bits\": 5"),
      ("\"group_size\": 8", "\"group_size\": 3"),
      ("\"bits\": 4", "\"bits\": 8"),
    ] {
      #expect(throws: FormatFault.self, "\(other)") {
        try Self.read(
          Self.gptq(
            0x7777_7777, config.replacingOccurrences(of: part, with: other), name: "config.json"))
      }
    }
  }

  @Test func `groups of GPTQ in another order are refused`() throws {
    var writer = SafetensorsImageWriter()
    writer.append("m.qweight", shape: [2, 8], [Int32](repeating: 0, count: 16))
    writer.append("m.qzeros", shape: [2, 1], [Int32](repeating: 0x7777_7777, count: 2))
    writer.append("m.scales", shape: [2, 8], [Float](repeating: 1, count: 16))
    writer.append("m.g_idx", shape: [16], (0..<16).map { Int32($0 % 2) })
    let config = Data("{\"bits\": 4, \"group_size\": 8, \"sym\": true, \"desc_act\": true}".utf8)
    let data = writer.data()
    let fault = #expect(throws: FormatFault.self) {
      try Self.read(FormatInput(data) { $0 == "/quantize_config.json" ? config : nil })
    }
    #expect(
      fault?.description
        == "'m.g_idx': groups are not neighbors (desc_act), so no range is that of a group of neighbors"
    )
  }

  // MARK: - compressed-tensors

  @Test func `a module finds its group by its name, else by what fits its tensors`() throws {
    var writer = SafetensorsImageWriter()
    for (name, words) in [("a", 8), ("b", 16), ("c", 8)] {
      writer.append(
        "\(name).weight_packed", shape: [2, words], [Int32](repeating: 0, count: 2 * words))
      writer.append("\(name).weight_shape", shape: [2], [2, 64] as [Int64])
      writer.append(
        "\(name).weight_scale", shape: [2, 1], [0x3F80, 0x4000] as [UInt16], as: "BF16")
    }
    let data = writer.data()
    func read(_ groups: String) throws -> [TensorRange] {
      let config = Data(
        "{\"quantization_config\": {\"config_groups\": {\(groups)}, \"format\": \"pack-quantized\"}}"
          .utf8)
      return try RangeImport(CompressedTensors()).read(
        FormatInput(data) { $0 == "/config.json" ? config : nil }
      ).ranges.tensors
    }
    func group(_ name: String, _ target: String, _ bits: Int) -> String {
      "\"\(name)\": {\"targets\": [\"\(target)\"], \"weights\": {\"num_bits\": \(bits), \"strategy\": \"channel\"}}"
    }
    let ranges = try read(
      [group("x", "Linear", 4), group("y", "re:.*b", 8)].joined(separator: ", "))
    #expect(ranges.map(\.name) == ["a.weight", "b.weight", "c.weight"])
    #expect(ranges.map(\.grid.bits.count) == [4, 8, 4])
    #expect(ranges[0].scales == [1, 2] && ranges[0].grid == CodeGrid("int4-full"))
    // A name that does not fit its tensors is a fault, and so is a module that nothing fits.
    #expect(throws: FormatFault.self) {
      try read([group("x", "b", 4), group("y", "Linear", 8)].joined(separator: ", "))
    }
    #expect(throws: FormatFault("'a': no group of config.json fits its tensors")) {
      try read([group("x", "Linear", 6), group("y", "re:.*", 8)].joined(separator: ", "))
    }
  }

  @Test func `a model says how a whole tensor lies`() throws {
    let range = TensorRange(
      name: "m.weight", kind: .weight, shape: [2, 3], granularity: .tensor,
      grid: try grid(.symmetricFull, 8), estimator: "mse", scales: [1], zeroPoints: [0])
    let form = PackedForm(codec: CompressedTensors(), version: "int-quantized")
    let weights: [String: (shape: [Int], values: [Float])] = [
      range.name: ([2, 3], [1, 2, 3, 4, 5, 6])
    ]
    func codes(_ model: ModelDirectory?) throws -> (shape: [Int]?, bytes: [UInt8], notes: [String])
    {
      let result = try RangeExport(form.codec, form.context(weights, model: model))
        .write(RangeSet(model: nil, tensors: [range]), dropping: false)
      let member = try SafetensorsImage(result.files[0].data)["m.weight"]
      return (member?.shape, member.map { Array($0.bytes) } ?? [], result.notes)
    }
    let bare = try codes(nil)
    #expect(bare.shape == [2, 3] && bare.bytes == [1, 2, 3, 4, 5, 6])
    #expect(bare.notes.first?.hasPrefix("1 tensor with one range: taken to have outputs") == true)
    let model = ModelDirectory(
      tensors: [("m.weight", .init(kind: .weight, shape: [2, 3], channelAxis: 1, groupAxis: 0))])
    let turned = try codes(model)
    #expect(turned.shape == [3, 2] && turned.bytes == [1, 4, 2, 5, 3, 6])
    #expect(turned.notes.first?.hasPrefix("1 tensor with inputs along the first axis") == true)
  }
}
