/// One field of a message, of which the payload has not been read unless it is a number.
struct ProtobufField {
  /// How the payload lies in the file.
  enum Wire: UInt64 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  let number: UInt64
  let wire: Wire
  /// Where the tag begins.
  let start: Int
  let payload: Range<Int>
  /// The number, where the wire has one.
  fileprivate(set) var varint: UInt64 = 0
}

/// The fields of a message, in the order of the file.
struct ProtobufFields {
  let reader: ProtobufReader
  private(set) var position: Int
  let end: Int

  init(reader: ProtobufReader, position: Int, end: Int) {
    (self.reader, self.position, self.end) = (reader, position, end)
  }

  /// The next field; nil at the end.
  ///
  /// - Throws: `TensorFileError.malformed` where there is no field, or one that reaches beyond the
  ///   message.
  mutating func next() throws(TensorFileError) -> ProtobufField? {
    guard position < end else { return nil }
    let start = position
    let tag = try reader.varint(at: &position, end: end)
    guard tag >> 3 != 0, tag <= UInt64(UInt32.max) else {
      throw reader.malformed("field without a number", at: start)
    }
    guard let wire = ProtobufField.Wire(rawValue: tag & 7) else {
      let kind = tag & 7 == 3 || tag & 7 == 4 ? "a group" : "wire type \(tag & 7)"
      throw reader.malformed("field \(tag >> 3) is \(kind)", at: start)
    }
    var number: UInt64 = 0
    let begin: Int
    switch wire {
    case .varint:
      begin = position
      number = try reader.varint(at: &position, end: end)
    case .bytes:
      let length = try reader.varint(at: &position, end: end)
      begin = position
      guard length <= UInt64(end - position) else {
        throw reader.malformed(
          "field \(tag >> 3) of \(length) bytes reaches beyond byte \(end)", at: start)
      }
      position += Int(length)
    case .fixed32, .fixed64:
      begin = position
      let size = wire == .fixed32 ? 4 : 8
      guard size <= end - position else {
        throw reader.malformed("field \(tag >> 3) cut off", at: start)
      }
      position += size
    }
    return ProtobufField(
      number: tag >> 3, wire: wire, start: start, payload: begin..<position, varint: number)
  }

  /// The payload of a field that must be a text, bytes or a message.
  func bytes(_ field: ProtobufField) throws(TensorFileError) -> Range<Int> {
    guard field.wire == .bytes else { throw wrongWire(field) }
    return field.payload
  }

  /// The number of a field that must be one.
  func number(_ field: ProtobufField) throws(TensorFileError) -> UInt64 {
    guard field.wire == .varint else { throw wrongWire(field) }
    return field.varint
  }

  /// Keeps what a message may have once only: two of them would mean two things.
  func keep<Value>(
    _ value: Value, in place: inout Value?, _ field: ProtobufField
  ) throws(TensorFileError) {
    guard place == nil else {
      throw reader.malformed("field \(field.number) occurs twice, again", at: field.start)
    }
    place = value
  }

  /// The error of a field whose payload lies otherwise than its number says.
  func wrongWire(_ field: ProtobufField) -> TensorFileError {
    reader.malformed("field \(field.number) of wire type \(field.wire.rawValue)", at: field.start)
  }
}
