/// ONNX models written byte by byte, independent of the code under test.
extension TensorBytes {
  /// A model with initializers of float32 vectors.
  package static func onnx(
    _ members: [(name: String, values: [Float])], ids: [Int] = []
  ) -> [UInt8] {
    var tensors = members.map {
      initializer($0.name, count: $0.values.count, type: 1, field(9, data($0.values)))
    }
    if !ids.isEmpty {
      let bytes = ids.flatMap { little($0, 8) }
      tensors.append(initializer("ids", count: ids.count, type: 7, field(9, bytes)))
    }
    return model(tensors)
  }

  /// A model with one float32 vector, which lies in another file.
  package static func onnx(
    _ name: String, count: Int, in location: String, at offset: Int
  ) -> [UInt8] {
    let entries = [("location", location), ("offset", "\(offset)"), ("length", "\(4 * count)")]
    let outside = entries.flatMap {
      field(13, field(1, Array($0.0.utf8)) + field(2, Array($0.1.utf8)))
    }
    return model([initializer(name, count: count, type: 1, outside + varint(14 << 3) + [1])])
  }

  private static func model(_ tensors: [[UInt8]]) -> [UInt8] {
    varint(1 << 3) + [8] + field(7, tensors.flatMap { field(5, $0) })
  }

  private static func initializer(
    _ name: String, count: Int, type: UInt8, _ data: [UInt8]
  ) -> [UInt8] {
    varint(1 << 3) + varint(count) + varint(2 << 3) + [type] + field(8, Array(name.utf8)) + data
  }

  private static func field(_ number: Int, _ payload: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(payload.count) + payload
  }

  private static func varint(_ value: Int) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }
}
