import Testing

/// A file that is wrong in one place.
struct BadFile: CustomTestStringConvertible, Sendable {
  /// The format that it is read as.
  let format: String
  /// The bytes of the file.
  let text: String
  /// What its reader says.
  let fault: String
  /// `--codes`.
  var codes: String?

  init(_ format: String, _ text: String, _ fault: String, codes: String? = nil) {
    (self.format, self.text, self.fault, self.codes) = (format, text, fault, codes)
  }

  var testDescription: String { "\(format): \(fault)" }

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

  /// A file for each fault.
  static let all = [
    BadFile("csv", "", "is empty; expected a header"),
    BadFile(
      "csv", "name,bits\n",
      "row 1: no column 'scheme'; expected name,bits,scheme,grid,scale,zero_point"),
    BadFile(
      "csv", header + "x,activation,8,affine\n", "row 2: 4 cells; expected 7 as in the header"),
    BadFile(
      "csv", header + "x,activation,8,affine,unsigned,0,3\n",
      "row 2, 'x': the scale is 0.0; expected a normal Float32 above zero"),
    BadFile(
      "csv", header + "x,activation,8,affine,unsigned,nan,3\n",
      "row 2: scale is 'nan'; expected a number"),
    BadFile(
      "csv", header + "x,activation,8,affine,unsigned,1,256\n",
      "row 2, 'x': the zero point is 256; expected 0 to 255"),
    BadFile(
      "csv", header + "x,activation,8,symmetric,narrow,1,1\n",
      "row 2, 'x': the zero point is 1; expected 0 on the symmetric grid int8-narrow"),
    BadFile(
      "csv", header + "x,activation,1,affine,unsigned,1,0\n", "row 2: 1 bits; expected 2 to 16"),
    BadFile(
      "csv", header + "x,tensor,8,affine,unsigned,1,0\n",
      "row 2: the kind is 'tensor'; expected weight, activation or bias"),
    BadFile(
      "csv", header + "x,weight,8,affine,unsigned,1,0\nx,weight,8,affine,unsigned,1,0\n",
      "row 2: 2 lanes; expected a granularity"),
    BadFile(
      "csv",
      header
        + "x,weight,8,affine,unsigned,1,0\ny,weight,8,affine,unsigned,1,0\nx,weight,8,affine,unsigned,1,0\n",
      "two tensors are called 'x'; expected every name once"),
    BadFile(
      "tensorrt-cache", "x: 3c010204\n",
      "line 1: no calibration cache of TensorRT; expected TRT-VERSION-ALGORITHM"),
    BadFile(
      "tensorrt-cache", cache + "x: 3c0102\n", "line 2: '3c0102'; expected 8 hexadecimal digits"),
    BadFile(
      "tensorrt-cache", cache + "x: 3c01020g\n", "line 2: '3c01020g'; expected 8 hexadecimal digits"
    ),
    BadFile(
      "tensorrt-cache", cache + "\nx: 3c010204\n",
      "line 2: ''; expected NAME: and 8 hexadecimal digits"),
    BadFile(
      "tensorrt-cache", cache + "x: bc010204\n",
      "line 2, 'x': the scale is -0.007874016; expected a normal Float32 above zero"),
    BadFile(
      "tensorrt-cache", cache + "x: 7fc00000\n",
      "line 2, 'x': the scale is nan; expected a normal Float32 above zero"),
    BadFile(
      "tensorrt-cache", cache + "x: 00000001\n",
      "line 2, 'x': the scale is 1e-45; expected a normal Float32 above zero"),
    BadFile(
      "tensorrt-cache", cache + "x: 3c010204\nx: 3c010204\n",
      "two tensors are called 'x'; expected every name once"),
    BadFile(
      "tensorrt-cache", cache + "x: 00000000\n",
      "there are no ranges in it; 1 tensor with the scale 0 left out: no range was found"),
    BadFile(
      "ort-table", ends("1", "-1"), "data 'x': the ends 1.0 and -1.0; expected finite ones in order"
    ),
    BadFile("ort-table", ends("1, 2", "3"), "data 'x': 2 and 1 ends; expected one of each"),
    BadFile(
      "ort-table", "{\"x\": {}}",
      "data 'x': no 'lowest' and 'highest'; expected a table of minima and maxima"),
    BadFile(
      "ort-table", "x -1.5\n",
      "line 1: the greater end is -1.5; nothing follows from it for the range, read the JSON table"),
    BadFile(
      "ort-table", ends("-1", "1"),
      "--codes: int8-full; expected uint8-affine, int8-affine, int8-narrow or wider ones",
      codes: "int8-full"),
    BadFile("ort-overrides", "{\"x\": []}", "'x': no entry; expected one"),
    BadFile(
      "ort-overrides", "{\"x\": [{\"quant_type\": \"QInt8\", \"scale\": 1}]}",
      "'x'[0]: expected scale and zero_point, or rmin and rmax"),
    BadFile(
      "ort-overrides",
      "{\"x\": [{\"quant_type\": \"QFloat8E4M3FN\", \"scale\": 1, \"zero_point\": 0}]}",
      "'x'[0]: the type is 'QFloat8E4M3FN'; expected QInt4, QUInt4, QInt8, QUInt8, QInt16 or QUInt16"
    ),
    BadFile(
      "ort-overrides", "{\"x\": [{\"quant_type\": \"QInt8\", \"convert\": {}}]}",
      "x[0].convert: this key is not read; expected axis, quant_type, reduce_range, rmax, rmin, scale, symmetric, zero_point"
    ),
    BadFile(
      "ort-overrides", "{\"x\": [{\"quant_type\": \"QUInt8\", \"scale\": 1, \"zero_point\": -1}]}",
      "'x': the zero point is -1; expected 0 to 255"),
    BadFile(
      "aimet", "{\"version\": \"2.1.0\"}", "the version is '2.1.0'; expected 0.6.1, 1.0.0 or 2.0.0"),
    BadFile(
      "aimet", aimet("{\"name\": \"x\", \"output_dtype\": \"int8\"}"),
      "encodings[0] 'x': the key 'y_scale' is missing"),
    BadFile(
      "aimet",
      aimet(
        "{\"name\": \"x\", \"output_dtype\": \"uint8\", \"y_scale\": 1, \"y_zero_point\": 1.5}"),
      "encodings[0] 'x': a zero point is no integer, so zero lies between two codes"),
    BadFile(
      "aimet", aimet("{\"name\": \"x\", \"output_dtype\": \"int8\", \"y_scale\": [1], \"bw\": 8}"),
      "encodings[0] 'x': has keys of version 1.0.0 and 2.0.0"),
    BadFile(
      "aimet",
      aimet(
        "{\"name\": \"x\", \"bw\": 8, \"is_sym\": false, \"enc_type\": \"PER_TENSOR\", \"scale\": [1], \"offset\": [1]}",
        "1.0.0"),
      "activation_encodings[0] 'x': the zero point is -1; expected 0 to 255"),
    BadFile(
      "aimet",
      aimet(
        "{\"name\": \"x\", \"bw\": 8, \"is_sym\": true, \"enc_type\": \"PER_TENSOR\", \"scale\": [1], \"offset\": [-5]}",
        "1.0.0"),
      "activation_encodings[0] 'x': is symmetric with the offset -5; expected -128, -127 or 0"),
    BadFile(
      "aimet",
      aimet(
        "{\"name\": \"w\", \"bw\": 8, \"enc_type\": \"PER_CHANNEL\", \"scale\": [1], \"offset\": [0]}",
        "1.0.0"),
      "activation_encodings[0] 'w': the file does not say the axis of its channels; give the --model"
    ),
    BadFile(
      "qnn",
      aimet(
        "{\"name\": \"x\", \"bw\": 8, \"enc_type\": \"PER_TENSOR\", \"scale\": [1, 2], \"offset\": [0]}",
        "1.0.0"),
      "activation_encodings[0] 'x': 2 scales and 1 offset; expected as many"),
    BadFile("ncnn", "conv 0\n", "line 1, 'conv': '0'; expected a number above zero"),
    BadFile("ncnn", "conv\n", "line 1: expected a key and its scales"),
    BadFile("ncnn", "conv 1 2\n", "line 1, 'conv': 2 scales for a whole tensor; expected 1"),
    BadFile(
      "ncnn", "conv 1e-39\n",
      "line 1, 'conv': the scale is inf; expected a normal Float32 above zero"),
    BadFile(
      "openvino",
      openvino(
        "{\"name\": \"x\", \"levels\": 255, \"shape\": [], \"input_low\": [-1], \"input_high\": [0.5]}"
      ),
      "tensors[0] 'x': zero lies between two codes of lane 0, [-1.0, 0.5] in 255 levels"),
    BadFile(
      "openvino",
      openvino(
        "{\"name\": \"x\", \"levels\": 100, \"shape\": [], \"input_low\": [0], \"input_high\": [1]}"
      ),
      "tensors[0] 'x': 100 levels; expected a power of two from 4 to 65536, or one less"),
    BadFile(
      "openvino",
      openvino(
        "{\"name\": \"x\", \"levels\": 256, \"shape\": [], \"input_low\": [0], \"input_high\": [1], \"output_high\": [2]}"
      ),
      "tensors[0] 'x': output ends are not the input ends: values are scaled, not only quantized"),
    BadFile(
      "openvino",
      openvino(
        "{\"name\": \"x\", \"levels\": 256, \"shape\": [3, 1], \"input_low\": [0], \"input_high\": [1]}"
      ),
      "tensors[0] 'x': the shape [3, 1] of 1 ends; expected one axis with as many"),
    BadFile(
      "openvino", "{\"format\": \"a\", \"version\": 1, \"tensors\": []}",
      "the format is 'a', version 1; expected 'openvino-fake-quantize', version 1"),
    BadFile(
      "tflite",
      tflite(
        "{\"name\": \"w\", \"type\": \"INT4\", \"quantization\": {\"scale\": [1], \"zero_point\": [1]}}"
      ),
      "subgraphs[0].tensors[0] 'w': a zero point is not 0; TensorFlow Lite has 0 for weights and for activations of 16 bits"
    ),
    BadFile(
      "tflite",
      tflite("{\"name\": \"w\", \"type\": \"INT32\", \"quantization\": {\"scale\": [1]}}"),
      "there are no ranges in it; 1 tensor of the type INT32 left out"),
    BadFile(
      "tflite",
      tflite(
        "{\"name\": \"w\", \"type\": \"INT8\", \"quantization\": {\"scale\": [1, 2], \"zero_point\": [0]}}"
      ),
      "subgraphs[0].tensors[0] 'w': 2 scales and 1 zero point; expected as many, at least one"),
    BadFile(
      "torch", "short", "5 bytes are too short for a safetensors header; expected at least 8"),
    BadFile(
      "torch", "\u{8}\0\0\0\0\0\0\0{}      ",
      "the header has no text 'ranges'; say with --codes which codes the tensors have"),
  ]
}
