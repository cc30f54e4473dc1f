import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// Files that are wrong in one place: one fault, which says where.
@Suite("Formats of ranges: wrong files")
struct BadFileTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let format: String
    let text: String
    let fault: String
    var codes: String?

    init(_ format: String, _ text: String, _ fault: String, codes: String? = nil) {
      (self.format, self.text, self.fault, self.codes) = (format, text, fault, codes)
    }

    var testDescription: String { "\(format): \(fault)" }
  }

  private static let header = "name,kind,bits,scheme,grid,scale,zero_point\n"
  private static let cache = "TRT-8601-EntropyCalibration2\n"

  private static func ends(_ low: String, _ high: String) -> String {
    "{\"x\": {\"lowest\": {\"data\": [\(low)]}, \"highest\": {\"data\": [\(high)]}}}"
  }

  private static func aimet(_ entry: String, _ version: String = "2.0.0") -> String {
    version == "2.0.0"
      ? "{\"version\": \"2.0.0\", \"encodings\": [\(entry)]}"
      : "{\"version\": \"\(version)\", \"activation_encodings\": [\(entry)], \"param_encodings\": []}"
  }

  private static func openvino(_ entry: String) -> String {
    "{\"format\": \"openvino-fake-quantize\", \"version\": 1, \"tensors\": [\(entry)]}"
  }

  private static func tflite(_ entry: String) -> String {
    "{\"version\": 3, \"subgraphs\": [{\"tensors\": [\(entry)]}]}"
  }

  static let cases = [
    Case("csv", "", "is empty; expected a header"),
    Case(
      "csv", "name,bits\n",
      "row 1: no column 'scheme'; expected name,bits,scheme,grid,scale,zero_point"),
    Case("csv", header + "x,activation,8,affine\n", "row 2: 4 cells; expected 7 as in the header"),
    Case(
      "csv", header + "x,activation,8,affine,unsigned,0,3\n",
      "row 2, 'x': the scale is 0.0; expected a normal Float32 above zero"),
    Case(
      "csv", header + "x,activation,8,affine,unsigned,nan,3\n",
      "row 2: scale is 'nan'; expected a number"),
    Case(
      "csv", header + "x,activation,8,affine,unsigned,1,256\n",
      "row 2, 'x': the zero point is 256; expected 0 to 255"),
    Case(
      "csv", header + "x,activation,8,symmetric,narrow,1,1\n",
      "row 2, 'x': the zero point is 1; expected 0 on the symmetric grid int8-narrow"),
    Case("csv", header + "x,activation,1,affine,unsigned,1,0\n", "row 2: 1 bits; expected 2 to 16"),
    Case(
      "csv", header + "x,tensor,8,affine,unsigned,1,0\n",
      "row 2: the kind is 'tensor'; expected weight, activation or bias"),
    Case(
      "csv", header + "x,weight,8,affine,unsigned,1,0\nx,weight,8,affine,unsigned,1,0\n",
      "row 2: 2 lanes; expected a granularity"),
    Case(
      "csv",
      header
        + "x,weight,8,affine,unsigned,1,0\ny,weight,8,affine,unsigned,1,0\nx,weight,8,affine,unsigned,1,0\n",
      "two tensors are called 'x'; expected every name once"),
    Case(
      "tensorrt-cache", "x: 3c010204\n",
      "line 1: no calibration cache of TensorRT; expected TRT-VERSION-ALGORITHM"),
    Case(
      "tensorrt-cache", cache + "x: 3c0102\n", "line 2: '3c0102'; expected 8 hexadecimal digits"),
    Case(
      "tensorrt-cache", cache + "x: 3c01020g\n", "line 2: '3c01020g'; expected 8 hexadecimal digits"
    ),
    Case(
      "tensorrt-cache", cache + "\nx: 3c010204\n",
      "line 2: ''; expected NAME: and 8 hexadecimal digits"),
    Case(
      "tensorrt-cache", cache + "x: bc010204\n",
      "line 2, 'x': the scale is -0.007874016; expected a normal Float32 above zero"),
    Case(
      "tensorrt-cache", cache + "x: 7fc00000\n",
      "line 2, 'x': the scale is nan; expected a normal Float32 above zero"),
    Case(
      "tensorrt-cache", cache + "x: 00000001\n",
      "line 2, 'x': the scale is 1e-45; expected a normal Float32 above zero"),
    Case(
      "tensorrt-cache", cache + "x: 3c010204\nx: 3c010204\n",
      "two tensors are called 'x'; expected every name once"),
    Case(
      "tensorrt-cache", cache + "x: 00000000\n",
      "there are no ranges in it; 1 tensor with the scale 0 left out: no range was found"),
    Case(
      "ort-table", ends("1", "-1"), "data 'x': the ends 1.0 and -1.0; expected finite ones in order"
    ),
    Case("ort-table", ends("1, 2", "3"), "data 'x': 2 and 1 ends; expected one of each"),
    Case(
      "ort-table", "{\"x\": {}}",
      "data 'x': no 'lowest' and 'highest'; expected a table of minima and maxima"),
    Case(
      "ort-table", "x -1.5\n",
      "line 1: the greater end is -1.5; nothing follows from it for the range, read the JSON table"),
    Case(
      "ort-table", ends("-1", "1"),
      "--codes: int8-full; expected uint8-affine, int8-affine, int8-narrow or wider ones",
      codes: "int8-full"),
    Case("ort-overrides", "{\"x\": []}", "'x': no entry; expected one"),
    Case(
      "ort-overrides", "{\"x\": [{\"quant_type\": \"QInt8\", \"scale\": 1}]}",
      "'x'[0]: expected scale and zero_point, or rmin and rmax"),
    Case(
      "ort-overrides",
      "{\"x\": [{\"quant_type\": \"QFloat8E4M3FN\", \"scale\": 1, \"zero_point\": 0}]}",
      "'x'[0]: the type is 'QFloat8E4M3FN'; expected QInt4, QUInt4, QInt8, QUInt8, QInt16 or QUInt16"
    ),
    Case(
      "ort-overrides", "{\"x\": [{\"quant_type\": \"QInt8\", \"convert\": {}}]}",
      "x[0].convert: this key is not read; expected axis, quant_type, reduce_range, rmax, rmin, scale, symmetric, zero_point"
    ),
    Case(
      "ort-overrides", "{\"x\": [{\"quant_type\": \"QUInt8\", \"scale\": 1, \"zero_point\": -1}]}",
      "'x': the zero point is -1; expected 0 to 255"),
    Case(
      "aimet", "{\"version\": \"2.1.0\"}", "the version is '2.1.0'; expected 0.6.1, 1.0.0 or 2.0.0"),
    Case(
      "aimet", aimet("{\"name\": \"x\", \"output_dtype\": \"int8\"}"),
      "encodings[0] 'x': the key 'y_scale' is missing"),
    Case(
      "aimet",
      aimet(
        "{\"name\": \"x\", \"output_dtype\": \"uint8\", \"y_scale\": 1, \"y_zero_point\": 1.5}"),
      "encodings[0] 'x': a zero point is no integer, so zero lies between two codes"),
    Case(
      "aimet", aimet("{\"name\": \"x\", \"output_dtype\": \"int8\", \"y_scale\": [1], \"bw\": 8}"),
      "encodings[0] 'x': has keys of version 1.0.0 and 2.0.0"),
    Case(
      "aimet",
      aimet(
        "{\"name\": \"x\", \"bw\": 8, \"is_sym\": false, \"enc_type\": \"PER_TENSOR\", \"scale\": [1], \"offset\": [1]}",
        "1.0.0"),
      "activation_encodings[0] 'x': the zero point is -1; expected 0 to 255"),
    Case(
      "aimet",
      aimet(
        "{\"name\": \"x\", \"bw\": 8, \"is_sym\": true, \"enc_type\": \"PER_TENSOR\", \"scale\": [1], \"offset\": [-5]}",
        "1.0.0"),
      "activation_encodings[0] 'x': is symmetric with the offset -5; expected -128, -127 or 0"),
    Case(
      "aimet",
      aimet(
        "{\"name\": \"w\", \"bw\": 8, \"enc_type\": \"PER_CHANNEL\", \"scale\": [1], \"offset\": [0]}",
        "1.0.0"),
      "activation_encodings[0] 'w': the file does not say the axis of its channels; give the --model"
    ),
    Case(
      "qnn",
      aimet(
        "{\"name\": \"x\", \"bw\": 8, \"enc_type\": \"PER_TENSOR\", \"scale\": [1, 2], \"offset\": [0]}",
        "1.0.0"),
      "activation_encodings[0] 'x': 2 scales and 1 offset; expected as many"),
    Case("ncnn", "conv 0\n", "line 1, 'conv': '0'; expected a number above zero"),
    Case("ncnn", "conv\n", "line 1: expected a key and its scales"),
    Case("ncnn", "conv 1 2\n", "line 1, 'conv': 2 scales for a whole tensor; expected 1"),
    Case(
      "ncnn", "conv 1e-39\n",
      "line 1, 'conv': the scale is inf; expected a normal Float32 above zero"),
    Case(
      "openvino",
      openvino(
        "{\"name\": \"x\", \"levels\": 256, \"shape\": [], \"input_low\": [-1], \"input_high\": [1]}"
      ),
      "tensors[0] 'x': zero lies between two codes of lane 0, [-1.0, 1.0] in 256 levels"),
    Case(
      "openvino",
      openvino(
        "{\"name\": \"x\", \"levels\": 100, \"shape\": [], \"input_low\": [0], \"input_high\": [1]}"
      ),
      "tensors[0] 'x': 100 levels; expected a power of two from 4 to 65536, or one less"),
    Case(
      "openvino",
      openvino(
        "{\"name\": \"x\", \"levels\": 256, \"shape\": [], \"input_low\": [0], \"input_high\": [1], \"output_high\": [2]}"
      ),
      "tensors[0] 'x': output ends are not the input ends: values are scaled, not only quantized"),
    Case(
      "openvino",
      openvino(
        "{\"name\": \"x\", \"levels\": 256, \"shape\": [3, 1], \"input_low\": [0], \"input_high\": [1]}"
      ),
      "tensors[0] 'x': the shape [3, 1] of 1 ends; expected one axis with as many"),
    Case(
      "openvino", "{\"format\": \"a\", \"version\": 1, \"tensors\": []}",
      "the format is 'a', version 1; expected 'openvino-fake-quantize', version 1"),
    Case(
      "tflite",
      tflite(
        "{\"name\": \"w\", \"type\": \"INT4\", \"quantization\": {\"scale\": [1], \"zero_point\": [1]}}"
      ),
      "subgraphs[0].tensors[0] 'w': a zero point is not 0; TensorFlow Lite has 0 for weights and for activations of 16 bits"
    ),
    Case(
      "tflite",
      tflite("{\"name\": \"w\", \"type\": \"INT32\", \"quantization\": {\"scale\": [1]}}"),
      "there are no ranges in it; 1 tensor of the type INT32 left out"),
    Case(
      "tflite",
      tflite(
        "{\"name\": \"w\", \"type\": \"INT8\", \"quantization\": {\"scale\": [1, 2], \"zero_point\": [0]}}"
      ),
      "subgraphs[0].tensors[0] 'w': 2 scales and 1 zero point; expected as many, at least one"),
    Case("torch", "short", "5 bytes; expected a safetensors header"),
    Case(
      "torch", "\u{8}\0\0\0\0\0\0\0{}      ",
      "the header has no text 'ranges'; say with --codes which codes the tensors have"),
  ]

  @Test(arguments: cases)
  func `a wrong file is one fault with its place`(_ bad: Case) throws {
    let codec = try #require(RangeFormatRegistry.codec(bad.format))
    let options = FormatOptions(codes: bad.codes.flatMap { CodeGrid($0) })
    let fault = #expect(throws: FormatFault.self) {
      try RangeImport(codec, FormatContext(options: options)).read(FormatInput(Data(bad.text.utf8)))
    }
    #expect(fault?.description == bad.fault)
  }

  @Test func `names, kinds and shapes are held against the model`() throws {
    func fault(_ text: String, _ format: String = "csv") throws -> String? {
      let codec = try #require(RangeFormatRegistry.codec(format))
      let context = FormatContext(model: GoldenTests.model)
      return #expect(throws: FormatFault.self) {
        try RangeImport(codec, context).read(FormatInput(Data(text.utf8)))
      }?.description
    }
    let columns = "name,kind,shape,granularity,bits,scheme,grid,scale,zero_point\n"
    #expect(
      try fault(columns + "ww,weight,,,8,symmetric,narrow,1,0\n")
        == "the model has no tensor 'ww'; did you mean 'w1'?")
    #expect(
      try fault(columns + "w1,activation,,,8,symmetric,narrow,1,0\n")
        == "row 2, 'w1': is given as one of the activations; it is one of the weights of the model")
    #expect(
      try fault(columns + "w1,weight,3x1x5x5,,8,symmetric,narrow,1,0\n")
        == "row 2, 'w1': the shape is [3, 1, 5, 5]; that of the model is [3, 1, 3, 3]")
    #expect(
      try fault(columns + "w1,weight,,channel:0,8,symmetric,narrow,1,0\n")
        == "row 2, 'w1': 1 scale; expected 3 for channel:0 of the shape [3, 1, 3, 3]")
    #expect(
      try fault("w1_param_0 1 2\n", "ncnn") == "the model has no tensor 'w1_param_0'")
  }

  @Test func `negative scales are the mirror image of their codes`() throws {
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

  @Test func `other names come from a table, both ways`() throws {
    let names = try TensorAliases(csv: "name,format_name\nx,images:0\n")
    let grid = try #require(CodeGrid("int8-narrow"))
    let x = TensorRange(
      name: "x", kind: .activation, shape: [], granularity: .tensor, grid: grid, estimator: "",
      scales: [0.5], zeroPoints: [0])
    let context = FormatContext(model: GoldenTests.model)
    let files = try RangeExport(TensorRTCache(), context, names: names)
      .write(RangeSet(model: nil, tensors: [x]), dropping: false).files
    #expect(String(decoding: files[0].data, as: UTF8.self) == Self.cache + "images:0: 3f000000\n")
    let back = try RangeImport(TensorRTCache(), context, names: names).read(
      FormatInput(files[0].data))
    #expect(back.ranges.tensors.map(\.name) == ["x"])
    for (text, fault) in [
      ("a,b\n", "row 1: expected the header name,format_name"),
      ("name,format_name\nx,y\nx,z\n", "row 3: a name is there twice; expected every name once"),
      ("name,format_name\nx\n", "row 2: expected two names"),
    ] { #expect(throws: FormatFault(fault)) { try TensorAliases(csv: text) } }
  }
}
