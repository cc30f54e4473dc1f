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

  static func tensor(_ set: RangeSet, _ name: String) throws -> TensorRange {
    try #require(set.tensors.first { $0.name == name })
  }

  /// The text with its numbers in one notation, as Float32.
  static func words(_ text: String) -> [String] {
    text.split { " \n[]{},:".contains($0) }.map { word in
      Float(String(word)).map { "\($0)" } ?? String(word)
    }
  }

  static func written(
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
    let x = try Self.tensor(set, "x")
    // [-5.922325, 6.145999]: 255 steps, zero at round(5.922325 / 0.047326761).
    #expect(
      x.scales == [Float((6.145998954772949 + 5.922325134277344) / 255)] && x.zeroPoints == [125])
    #expect(try Self.tensor(set, "r").zeroPoints == [0])
    #expect(set.tensors.map(\.name) == ["x", "c", "r", "f", "m", "y"])
    let bare = try Self.read(ORTTable(), "onnx/calibration.json").ranges
    #expect(bare.tensors == set.tensors)
    let signed = try Self.read(ORTTable(), "onnx/calibration.json", codes: "int8-affine").ranges
    #expect(
      try Self.tensor(signed, "x").zeroPoints == [-3] && Self.tensor(signed, "x").scales == x.scales
    )
    let narrow = try Self.read(ORTTable(), "onnx/calibration.json", codes: "int8-narrow").ranges
    #expect(try Self.tensor(narrow, "y").scales == [Float(2 * 196.24388122558594 / 254)])
    // The text has six upper ends, the lower ones are lost.
    let (upper, notes) = try Self.read(ORTTable(), "onnx/calibration.cache")
    #expect(try Self.tensor(upper, "y").ends(ofLane: 0).high.rounded() == 79 && notes.count == 1)
    let (flat, flatNotes) = try Self.read(ORTTable(), "onnx/calibration.flatbuffers")
    #expect(flat.tensors == upper.tensors && flatNotes == notes)
    let golden = String(decoding: try Self.file("onnx/calibration_cache_path.json"), as: UTF8.self)
    let text = try Self.written(ORTTable(), set)
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
    let (x, w, m) = try (Self.tensor(set, "x"), Self.tensor(set, "w1"), Self.tensor(set, "m"))
    #expect(x.scales == [0.05] && x.zeroPoints == [130] && x.grid == CodeGrid("uint8-affine"))
    #expect(w.scales == [0.003, 0.015, 0.06] && w.granularity == .channel(axis: 0))
    #expect(w.grid == CodeGrid("int8-full") && w.kind == .weight)
    // rmin -3 and rmax 5 on uint8: 8/255, and 3 / (8/255) = 95.6.
    #expect(m.scales == [Float(8.0 / 255)] && m.zeroPoints == [96])
    #expect(throws: FormatFault("'m'[0]: no quant_type; give the codes of the tensor with --codes"))
    {
      try Self.read(ORTOverrides(), "onnx/tensor_quant_overrides.json")
    }
    let text = try Self.written(ORTOverrides(), RangeSet(model: nil, tensors: [x, w]))
    let golden = String(decoding: try Self.file("onnx/tensor_quant_overrides.json"), as: UTF8.self)
    let before = try #require(golden.range(of: "\"m\""))
    #expect(Self.words(text) == Self.words(String(golden[..<before.lowerBound])))
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
    let text = try Self.written(NCNNTable(), set, model: nil)
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
    let x = try Self.tensor(set, "x")
    // [-5.219035, 2.561965] in 255 steps; -128 + 5.219035 / 0.030513724 = 43.04.
    #expect(x.scales == [Float((2.561964511871338 + 5.2190351486206055) / 255)])
    #expect(x.zeroPoints == [43] && x.grid == CodeGrid("int8-affine"))
    #expect(set.tensors.count == 5)
  }
}
