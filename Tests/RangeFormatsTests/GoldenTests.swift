import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// Files of the tools themselves; `Golden/README.md` says how they were made.
@Suite("Formats of ranges: files of the tools")
struct GoldenTests {
  /// The network of `make_onnx.py`.
  static let model = ModelDirectory(
    tensors: [
      ("w1", .init(kind: .weight, shape: [3, 1, 3, 3], channelAxis: 0)),
      ("w2", .init(kind: .weight, shape: [48, 32], channelAxis: 1, groupAxis: 0)),
      ("w3", .init(kind: .weight, shape: [32, 4], channelAxis: 1, groupAxis: 0)),
      ("b1", .init(kind: .bias, shape: [3])), ("b3", .init(kind: .bias, shape: [4])),
      ("x", .init(kind: .activation)), ("c", .init(kind: .activation)),
      ("r", .init(kind: .activation)), ("f", .init(kind: .activation)),
      ("m", .init(kind: .activation)), ("y", .init(kind: .activation)),
    ], hint: { $0 == "ww" ? "; did you mean 'w1'?" : "" })

  static func file(_ name: String) throws -> Data {
    try Data(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Golden/\(name)"))
  }

  static func read(
    _ codec: any RangeCodec, _ name: String, codes: String? = nil, model: ModelDirectory? = model
  ) throws -> (ranges: RangeSet, notes: [String]) {
    try RangeImport(
      codec,
      FormatContext(options: FormatOptions(codes: codes.flatMap { CodeGrid($0) }), model: model)
    ).read(FormatInput(try file(name)))
  }

  private func tensor(_ set: RangeSet, _ name: String) throws -> TensorRange {
    try #require(set.tensors.first { $0.name == name })
  }

  /// The text with its numbers in one notation, as Float32.
  private func words(_ text: String) -> [String] {
    text.split { " \n[]{},:".contains($0) }.map { word in
      Float(String(word)).map { "\($0)" } ?? String(word)
    }
  }

  private func written(
    _ codec: any RangeCodec, _ set: RangeSet, version: String? = nil, model: ModelDirectory? = model
  ) throws -> String {
    let context = FormatContext(
      options: FormatOptions(version: version), model: model)
    let files = try RangeExport(codec, context).write(set, dropping: false).files
    return String(decoding: files[0].data, as: UTF8.self)
  }

  @Test func `a cache of TensorRT is read, and written byte for byte`() throws {
    let (set, notes) = try Self.read(TensorRTCache(), "tensorrt/calibration.cache", model: nil)
    #expect(notes.isEmpty)
    // The pairs of make_trt.py: amax / 127 in Float32.
    let pairs: [(String, Float)] = [
      ("input", 1), ("conv1", 2.63999), ("relu1", 6),
      ("(Unnamed Layer* 4) [Fully Connected]_output", 7.11725), ("/block/Add_output_0", 1e-3),
      ("prob", 1), ("scope:0/with colon", 127),
    ]
    #expect(set.tensors.map(\.name) == pairs.map(\.0))
    for (range, (_, amax)) in zip(set.tensors, pairs) {
      #expect((range.ends(ofLane: 0).high - Double(amax)).magnitude <= 1e-7 * Double(amax))
      #expect(range.grid == CodeGrid("int8-narrow") && range.zeroPoints == [0])
    }
    let result = try RangeExport(TensorRTCache()).write(set, dropping: false)
    #expect(result.files[0].data == (try Self.file("tensorrt/calibration.cache")))
    #expect(result.notes.count == 1 && result.notes[0].hasPrefix("1 name with ':'"))
  }

  @Test func `tables of ONNX Runtime are read, and written with the same words`() throws {
    let (set, _) = try Self.read(ORTTable(), "onnx/calibration_cache_path.json")
    let x = try tensor(set, "x")
    // [-5.922325, 6.145999]: 255 steps, zero at round(5.922325 / 0.047326761).
    #expect(
      x.scales == [Float((6.145998954772949 + 5.922325134277344) / 255)] && x.zeroPoints == [125])
    #expect(try tensor(set, "r").zeroPoints == [0])
    #expect(set.tensors.map(\.name) == ["x", "c", "r", "f", "m", "y"])
    let bare = try Self.read(ORTTable(), "onnx/calibration.json").ranges
    #expect(bare.tensors == set.tensors)
    let signed = try Self.read(ORTTable(), "onnx/calibration.json", codes: "int8-affine").ranges
    #expect(try tensor(signed, "x").zeroPoints == [-3] && tensor(signed, "x").scales == x.scales)
    let narrow = try Self.read(ORTTable(), "onnx/calibration.json", codes: "int8-narrow").ranges
    #expect(try tensor(narrow, "y").scales == [Float(2 * 196.24388122558594 / 254)])
    // The text has six upper ends, the lower ones are lost.
    let (upper, notes) = try Self.read(ORTTable(), "onnx/calibration.cache")
    #expect(try tensor(upper, "y").ends(ofLane: 0).high.rounded() == 79 && notes.count == 1)
    let (flat, flatNotes) = try Self.read(ORTTable(), "onnx/calibration.flatbuffers")
    #expect(flat.tensors == upper.tensors && flatNotes == notes)
    let golden = String(decoding: try Self.file("onnx/calibration_cache_path.json"), as: UTF8.self)
    let text = try written(ORTTable(), set)
    // The order of tensors is ours, and ends may be a neighbor: the grammar is what is compared.
    let letters = { (text: String) in text.split { "\"0123456789.-e".contains($0) }.map(String.init)
    }
    #expect(letters(text).sorted() == letters(golden).sorted())
    #expect(
      text.hasPrefix("{\"CLS\": \"TensorsData\", \"data\": {\"x\": {\"lowest\": {\"data\": ["))
    #expect(text.hasSuffix(golden.suffix(110)))
  }

  @Test func `a damaged flatbuffer is one fault, or ranges`() throws {
    let bytes = Array(try Self.file("onnx/calibration.flatbuffers"))
    var damage = Damage(random: SplitMix(seed: 17))
    var (read, refused) = (0, 0)
    for _ in 0..<2000 {
      do {
        _ = try RangeImport(ORTTable()).read(FormatInput(Data(damage.damaged(bytes))))
        read += 1
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect(read > 0 && refused > 1000)
  }

  @Test func `overrides of ONNX Runtime are read, and written with the same words`() throws {
    let (set, _) = try Self.read(
      ORTOverrides(), "onnx/tensor_quant_overrides.json", codes: "uint8-affine")
    let (x, w, m) = try (tensor(set, "x"), tensor(set, "w1"), tensor(set, "m"))
    #expect(x.scales == [0.05] && x.zeroPoints == [130] && x.grid == CodeGrid("uint8-affine"))
    #expect(w.scales == [0.003, 0.015, 0.06] && w.granularity == .channel(axis: 0))
    #expect(w.grid == CodeGrid("int8-full") && w.kind == .weight)
    // rmin -3 and rmax 5 on uint8: 8/255, and 3 / (8/255) = 95.6.
    #expect(m.scales == [Float(8.0 / 255)] && m.zeroPoints == [96])
    #expect(throws: FormatFault("'m'[0]: no quant_type; give the codes of the tensor with --codes"))
    {
      try Self.read(ORTOverrides(), "onnx/tensor_quant_overrides.json")
    }
    let text = try written(ORTOverrides(), RangeSet(model: nil, tensors: [x, w]))
    let golden = String(decoding: try Self.file("onnx/tensor_quant_overrides.json"), as: UTF8.self)
    let before = try #require(golden.range(of: "\"m\""))
    #expect(words(text) == words(String(golden[..<before.lowerBound])))
  }

  @Test(arguments: ["0.6.1", "1.0.0", "2.0.0"])
  func `encodings of AIMET are read, and written with the same words`(_ version: String) throws {
    let (set, notes) = try Self.read(AIMETEncodings(), "aimet/w8a8_\(version).encodings")
    let (x, w1, w2) = try (tensor(set, "x"), tensor(set, "w1"), tensor(set, "w2"))
    #expect(x.scales == [0.047326761133530564] && x.zeroPoints == [125])
    #expect(x.grid == CodeGrid("uint8-affine") && x.kind == .activation)
    #expect(w1.scales == [0.0021105750929564238, 0.010501676239073277, 0.07864873856306076])
    #expect(w1.granularity == .channel(axis: 0) && w1.grid == CodeGrid("int8-full"))
    #expect(w2.granularity == .channel(axis: 1) && w2.scales.count == 32 && w2.shape == [48, 32])
    // Biases have 32 bits, and stand in version 2.0.0 only.
    #expect(
      notes
        == (version == "2.0.0" ? ["2 tensors left out: int32 has no codes of 2 to 16 bits"] : []))
    // Keys stand in the order of their names in every entry; the order of the entries is the file's.
    let golden = try JSONSerialization.jsonObject(
      with: Self.file("aimet/w8a8_\(version).encodings"))
    let text = try written(AIMETEncodings(), set, version: version)
    let ours = try JSONSerialization.jsonObject(with: Data(text.utf8))
    #expect(Self.entries(ours) == Self.entries(golden).filter { !["b1", "b3"].contains($0.key) })
    #expect(text.contains("\"version\": \"\(version)\""))
    // -128 times 0.0021105750929564238, and 127 times.
    let ends =
      text.contains("\"max\": 0.26804303680546") && text.contains("\"min\": -0.27015361189842")
    #expect(ends == (version == "0.6.1"))
  }

  /// Every entry by its name but for its ends, numbers as Float32 in one notation.
  private static func entries(_ document: Any) -> [String: String] {
    func text(_ value: Any) -> String {
      switch value {
      case let object as [String: Any]:
        "{"
          + object.filter { !["name", "min", "max"].contains($0.key) }.sorted { $0.key < $1.key }
          .map {
            "\($0.key): \(text($0.value))"
          }
          .joined(separator: ", ") + "}"
      case let list as [Any]: "[" + list.map(text).joined(separator: ", ") + "]"
      case let number as NSNumber: "\(number.floatValue)"
      default: "\(value)"
      }
    }
    let document = document as? [String: Any] ?? [:]
    var entries: [String: String] = [:]
    for key in ["encodings", "activation_encodings", "param_encodings"] {
      for entry in document[key] as? [[String: Any]] ?? [] {
        entries[entry["name"] as? String ?? ""] = text(entry)
      }
      for (name, entry) in document[key] as? [String: Any] ?? [:] { entries[name] = text(entry) }
    }
    return entries
  }

  @Test func `blocks of AIMET mean the same in both versions`() throws {
    for kind in ["block", "lpbq"] {
      let one = try Self.read(AIMETEncodings(), "aimet/w4_\(kind)16_1.0.0.encodings").ranges
      let two = try Self.read(AIMETEncodings(), "aimet/w4_\(kind)16_2.0.0.encodings").ranges
      let (first, second) = try (tensor(one, "w2"), tensor(two, "w2"))
      #expect(first.scales == second.scales && first.granularity == second.granularity)
      #expect(first.granularity == .group(size: 16, axis: 0) && first.scales.count == 96)
      #expect(first.grid == CodeGrid("int4-full"))
      if kind == "block" {
        #expect(first.scales[0] == 0.07491548359394073 && first.scales[32] == 0.08817583322525024)
        let text = try written(AIMETEncodings(), RangeSet(model: nil, tensors: [first]))
        let golden = try JSONSerialization.jsonObject(
          with: Self.file("aimet/w4_block16_1.0.0.encodings"))
        let ours = try JSONSerialization.jsonObject(with: Data(text.utf8))
        #expect(Self.entries(ours)["w2"] == Self.entries(golden)["w2"])
      } else {
        #expect(first.scales[0] == Float(0.006536951554673058) * 11)
      }
    }
    let wide = try Self.read(QNNOverrides(), "aimet/w4a16_1.0.0.encodings").ranges
    let x = try tensor(wide, "x")
    #expect(x.grid == CodeGrid("uint16-affine") && x.zeroPoints == [32160])
    #expect(x.scales == [0.00018415082153124733])
    #expect(throws: FormatFault.self) {
      try Self.read(AIMETEncodings(), "aimet/w8a8_1.0.0.encodings", model: nil)
    }
  }

  @Test(arguments: ["kl", "aciq"])
  func `tables of ncnn are read, and written with the same words`(_ method: String) throws {
    let (set, _) = try Self.read(NCNNTable(), "ncnn/golden.\(method).table", model: nil)
    #expect(
      set.tensors.map(\.name) == [
        "conv3_param_0", "conv5_param_0", "fc_param_0", "conv3", "conv5", "fc",
      ])
    #expect(set.tensors.map(\.scales.count) == [3, 2, 4, 1, 1, 1])
    if method == "aciq" {
      #expect(set.tensors[0].scales[0] == 1 / Float(55.239944) && set.tensors[0].kind == .weight)
      #expect(set.tensors[4].scales == [1 / Float(1.487536)] && set.tensors[4].kind == .activation)
    }
    let text = try written(NCNNTable(), set, model: nil)
    let golden = String(decoding: try Self.file("ncnn/golden.\(method).table"), as: UTF8.self)
    let table = { (text: String) in text.split(separator: "\n").map { $0.split(separator: " ") } }
    let (ours, theirs) = (table(text), table(golden))
    #expect(ours.map(\.count) == theirs.map(\.count) && ours.map(\.first) == theirs.map(\.first))
    // Several reciprocals lead to one scale, so the last digit may be another.
    for (our, their) in zip(ours.flatMap(\.self), theirs.flatMap(\.self)) {
      guard let our = Float(String(our)), let their = Float(String(their)) else { continue }
      #expect((our - their).magnitude <= 2 * their.ulp && 1 / our == 1 / their)
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.hasSuffix(" ") })
  }

  @Test func `a calibration result of ai-edge-quantizer is read`() throws {
    let (set, _) = try Self.read(TFLiteParameters(), "tflite/calibration_result.json", model: nil)
    let x = try tensor(set, "x")
    // [-5.219035, 2.561965] in 255 steps; -128 + 5.219035 / 0.030513724 = 43.04.
    #expect(x.scales == [Float((2.561964511871338 + 5.2190351486206055) / 255)])
    #expect(x.zeroPoints == [43] && x.grid == CodeGrid("int8-affine"))
    #expect(set.tensors.count == 5)
  }
}
