import Foundation

/// Messages in protobuf's wire format, put together by hand.
enum Proto {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  /// A field whose payload has no length of its own.
  static func field(_ number: UInt64, wire: UInt64, _ payload: [UInt8]) -> [UInt8] {
    varint(number << 3 | wire) + payload
  }

  static func number(_ field: UInt64, _ value: Int) -> [UInt8] {
    Self.field(field, wire: 0, varint(UInt64(bitPattern: Int64(value))))
  }

  /// Bytes, a packed list or a message; `length` lies about how long it is.
  static func bytes(_ field: UInt64, _ payload: [UInt8], length: UInt64? = nil) -> [UInt8] {
    Self.field(field, wire: 2, varint(length ?? UInt64(payload.count)) + payload)
  }

  static func text(_ field: UInt64, _ text: String) -> [UInt8] { bytes(field, Array(text.utf8)) }
}

/// The parts of an ONNX model.
enum ONNX {
  static let (float32, int64, float16, float64, bfloat16) = (1, 7, 10, 11, 16)

  /// A `TensorProto` with extents one by one, and with its data in other fields.
  static func tensor(
    _ name: String, _ shape: [Int], type: Int = float32, _ data: [UInt8]
  ) -> [UInt8] {
    shape.flatMap { Proto.number(1, $0) } + Proto.number(2, type) + Proto.text(8, name) + data
  }

  /// The field of raw data.
  static func raw(_ values: [Float]) -> [UInt8] { Proto.bytes(9, TensorIOTests.float32(values)) }

  /// The fields of data in another file.
  static func external(_ entries: KeyValuePairs<String, String>) -> [UInt8] {
    entries.flatMap { Proto.bytes(13, Proto.text(1, $0.key) + Proto.text(2, $0.value)) }
      + Proto.number(14, 1)
  }

  /// A `Constant` node; attributes stand before the words that say what it is.
  static func constant(_ output: String, _ tensor: [UInt8], attribute: String = "value") -> [UInt8]
  {
    Proto.bytes(5, Proto.bytes(5, tensor) + Proto.text(1, attribute))
      + Proto.text(4, "Constant") + Proto.text(2, output)
  }

  static func model(_ initializers: [[UInt8]], nodes: [[UInt8]] = []) -> [UInt8] {
    model(
      graph: nodes.flatMap { Proto.bytes(1, $0) } + initializers.flatMap { Proto.bytes(5, $0) })
  }

  static func model(graph: [UInt8]) -> [UInt8] {
    Proto.number(1, 8) + Proto.bytes(7, graph) + Proto.bytes(8, Proto.number(2, 21))
  }

  /// A model of onnx 1.23.2 and ml_dtypes 0.6.0: 1.5, -2.25, 2^-7, 448, -2^-9 and 0.25 in every
  /// float type, raw and as a list of values, and other things that a graph has.
  static let everyType = decoded(
    """
    CA4SAXg64gUKNRIFY19vdXQiCENvbnN0YW50KiIKBXZhbHVlKhYIAhABQgZoaWRkZW5KCAAA4EAAAABBoAEECioSB2Nf\
    ZmxvYXQiCENvbnN0YW50KhUKC3ZhbHVlX2Zsb2F0FQAAgD+gAQEKEAoBeBIBeSIISWRlbnRpdHkSAWcqKQgCCAMQAUIH\
    cmF3LmYzMkoYAADAPwAAEMAAAAA8AADgQwAAALsAAIA+KioIAggDEAEiGAAAwD8AABDAAAAAPAAA4EMAAAC7AACAPkII\
    bGlzdC5mMzIqHQgCCAMQCkIHcmF3LmYxNkoMAD6AwAAgAF8AmAA0KiEIAggDEAoqD4B8gIEDgECAvgGAsAKAaEIIbGlz\
    dC5mMTYqHggCCAMQEEIIcmF3LmJmMTZKDMA/EMAAPOBDALuAPioiCAIIAxAQKg/Af5CAA4B44IcBgPYCgH1CCWxpc3Qu\
    YmYxNipBCAIIAxALQgdyYXcuZjY0SjAAAAAAAAD4PwAAAAAAAALAAAAAAAAAgD8AAAAAAAB8QAAAAAAAAGC/AAAAAAAA\
    0D8qQggCCAMQC0IIbGlzdC5mNjRSMAAAAAAAAPg/AAAAAAAAAsAAAAAAAACAPwAAAAAAAHxAAAAAAAAAYL8AAAAAAADQ\
    PyobCAIIAxARKgg8wQEEfoEBKEIJbGlzdC5lNG0zKhsIAggDEBMqCD7AASBfmAE0QglsaXN0LmU1bTIqGAgCCAMQEUII\
    cmF3LmU0bTNKBjzBBH6BKCoQEAFCBnNjYWxhckoEAABgQCobCAIQB0IDaWRzShABAAAAAAAAAAIAAAAAAAAAKg4IAhAJ\
    KgIBAEIEbWFzayoNCAMQFioD4QEDQgJxNCoOCAEQCDIBYUIFd29yZHMqCggAEAFCBG5vbmVaDwoBeBIKCggIARIECgII\
    AWIPCgF5EgoKCAgBEgQKAggBeiQKEggBEAEiBAAAoEBCBnNwYXJzZRIMCAEQBzoBAUIDaWR4GARCAhAc
    """)

  /// A model of the same, whose data `ext.bin` has.
  static let outside = decoded(
    """
    CA4SAXg6nQESAWcqOwgCCAMQAUIBd2oTCghsb2NhdGlvbhIHZXh0LmJpbmoLCgZvZmZzZXQSATBqDAoGbGVuZ3RoEgIy\
    NHABKjkIBBAKQgFoahMKCGxvY2F0aW9uEgdleHQuYmluagwKBm9mZnNldBICMjRqCwoGbGVuZ3RoEgE4cAFaDwoBeBIK\
    CggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgIQHA==
    """)

  /// The six values in float32 and 0, 1, 2, 3 in float16.
  static let outsideData = decoded("AADAPwAAEMAAAAA8AADgQwAAALsAAIA+AAAAPABAAEI=")

  private static func decoded(_ text: String) -> [UInt8] {
    Array(Data(base64Encoded: text) ?? Data())
  }
}
