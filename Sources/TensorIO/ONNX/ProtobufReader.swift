/// Reads a file in protobuf's wire format by position; holds a few kilobytes of it.
///
/// Nothing is read of a field that nobody asks for but its tag and its length.
final class ProtobufReader {
  let file: ReadableFile
  private let buffer = RawBuffer(byteCount: 1 << 13)
  /// The bytes of the file that the buffer holds.
  private var window = 0..<0

  init(_ file: ReadableFile) { self.file = file }

  /// The fields of the message in these bytes.
  func fields(in message: Range<Int>) -> ProtobufFields {
    ProtobufFields(reader: self, position: message.lowerBound, end: message.upperBound)
  }

  /// The error of a file that cannot be what it claims to be.
  func malformed(_ reason: String, at position: Int) -> TensorFileError {
    .malformed(
      name: file.name, reason: "\(reason) at byte \(position); expected an ONNX model")
  }

  /// The number at a place, which moves behind it.
  ///
  /// - Precondition: `end` is at most the size of the file.
  func varint(at position: inout Int, end: Int) throws(TensorFileError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < end else { throw malformed("number cut off", at: start) }
      let byte = try byte(at: position)
      position += 1
      // Of the tenth byte, a single bit is left.
      guard shift < 63 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw malformed("number of more than 64 bits", at: start)
  }

  /// Copies bytes of the file, through the buffer where they are few.
  func copy(
    _ range: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(TensorFileError) {
    if range.count > buffer.bytes.count { return try file.read(into: target, at: range.lowerBound) }
    if range.lowerBound < window.lowerBound || range.upperBound > window.upperBound {
      try fill(from: range.lowerBound)
    }
    let start = range.lowerBound - window.lowerBound
    target.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + range.count]))
  }

  /// A text of limited length.
  func text(_ range: Range<Int>, limit: Int) throws(TensorFileError) -> String {
    guard range.count <= limit else {
      throw .unsupported(
        name: file.name,
        reason: "text of \(range.count) bytes at byte \(range.lowerBound); expected at most "
          + "\(limit)")
    }
    let bytes = RawBuffer(byteCount: range.count)
    try copy(range, into: bytes.bytes)
    guard let text = String(validating: bytes.bytes, as: UTF8.self) else {
      throw malformed("text that is not UTF-8", at: range.lowerBound)
    }
    return text
  }

  private func byte(at position: Int) throws(TensorFileError) -> UInt8 {
    if !window.contains(position) { try fill(from: position) }
    return buffer.bytes[position - window.lowerBound]
  }

  private func fill(from position: Int) throws(TensorFileError) {
    let count = min(buffer.bytes.count, file.size - position)
    window = 0..<0
    try file.read(into: buffer.prefix(count), at: position)
    window = position..<position + count
  }
}
