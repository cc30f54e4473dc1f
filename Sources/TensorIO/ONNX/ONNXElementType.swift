/// The type of a tensor's elements, by its number in a model.
struct ONNXElementType: Hashable, Sendable {
  let code: UInt64

  /// What ONNX calls it.
  var name: String {
    code < UInt64(Self.names.count) ? Self.names[Int(code)] : "type \(code)"
  }

  /// How elements lie in `raw_data`; nil for what is not read.
  var layout: ElementLayout? { ElementType(rawValue: name).map { ElementLayout($0) } }

  /// By number; float and double have the names that other files have for them.
  private static let names = [
    "undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool",
    "float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16",
    "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "uint4", "int4",
    "float4_e2m1", "float8_e8m0", "uint2", "int2",
  ]
}
