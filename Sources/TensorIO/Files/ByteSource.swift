internal import CZlib

/// The place of the bytes of one tensor in a file, and how they are packed.
package struct ByteSource: Sendable {
  /// How the bytes are stored in the file.
  package enum Packing: Equatable, Sendable {
    case plain
    case deflated
    /// The file has another form, such as text; these are the bytes it was converted to.
    case converted([UInt8])
    /// Values of a model, of which every one is written in a form of its own.
    case values(ONNXValues)
  }

  package let file: FileReference
  /// The name in messages.
  package let name: String
  /// The offset of the first byte in the file.
  package let offset: Int
  /// The number of bytes in the file.
  package let storedBytes: Int
  /// The number of bytes after unpacking; equal to `storedBytes` for plain data.
  package let byteCount: Int
  package let packing: Packing
  /// The checksum of the unpacked bytes; nil if the container has none.
  package let checksum: UInt32?

  /// Creates a source of bytes that are not packed.
  package init(
    file: FileReference, name: String, offset: Int, byteCount: Int, checksum: UInt32? = nil
  ) {
    self.init(
      file: file, name: name, offset: offset, storedBytes: byteCount, byteCount: byteCount,
      packing: .plain, checksum: checksum)
  }

  init(
    file: FileReference, name: String, offset: Int, storedBytes: Int, byteCount: Int,
    packing: Packing, checksum: UInt32?
  ) {
    self.file = file
    self.name = name
    self.offset = offset
    self.storedBytes = storedBytes
    self.byteCount = byteCount
    self.packing = packing
    self.checksum = checksum
  }

  /// Opens the file and starts reading from the first byte.
  ///
  /// - Throws: `TensorFileError`, also if the file has changed since its header was read.
  package func makeStream() throws(TensorFileError) -> any ByteStream {
    switch packing {
    case .plain: return try PlainStream(self)
    case .deflated: return try InflateStream(self)
    case .converted(let bytes): return MemoryStream(self, bytes)
    case .values(let values): return try ONNXValueStream(self, values)
    }
  }
}

/// The unpacked bytes of a source, which are read in order.
package protocol ByteStream: AnyObject {
  /// Fills `buffer` with the next bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TensorFileError)
  /// Makes the checks that are possible only after the last byte, such as that of a checksum.
  func finish() throws(TensorFileError)
}

extension ByteStream {
  /// The next `count` bytes; the caller has bounded `count`.
  package func bytes(_ count: Int) throws(TensorFileError) -> [UInt8] {
    let buffer = RawBuffer(byteCount: count)
    try read(into: buffer.bytes)
    return Array(buffer.bytes)
  }
}

/// The bytes of a source that is not packed.
final class PlainStream: ByteStream {
  private let source: ByteSource
  private let file: ReadableFile
  private var consumed: Int
  private var checksum = Checksum()

  /// - Parameter start: The offset of the first byte to read; 0 if the source has a checksum.
  init(_ source: ByteSource, from start: Int = 0) throws(TensorFileError) {
    self.source = source
    consumed = start
    file = try source.file.reopened()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TensorFileError) {
    guard buffer.count <= source.byteCount - consumed else {
      throw .malformed(
        name: source.name,
        reason: "ends after \(source.byteCount) bytes; expected \(consumed + buffer.count)")
    }
    try file.read(into: buffer, at: source.offset + consumed)
    consumed += buffer.count
    if source.checksum != nil { checksum.update(UnsafeRawBufferPointer(buffer)) }
  }

  func finish() throws(TensorFileError) {
    try file.requireUnchanged()
    try checksum.verify(against: source)
  }
}

/// The CRC-32 of zip archives.
struct Checksum {
  private(set) var value: UInt32 = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let start = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    // With a null pointer, zlib would begin a new checksum.
    guard let start else { return }
    value = UInt32(truncatingIfNeeded: crc32_z(UInt(value), start, bytes.count))
  }

  func verify(against source: ByteSource) throws(TensorFileError) {
    guard let expected = source.checksum, expected != value else { return }
    throw .malformed(
      name: source.name,
      reason: "CRC-32 of the data is \(hexadecimal(value)); expected \(hexadecimal(expected))")
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
