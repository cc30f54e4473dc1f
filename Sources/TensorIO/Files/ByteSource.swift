internal import CZlib

/// Where the bytes of one tensor lie in a file, and how they are packed.
package struct ByteSource: Sendable {
  /// How the bytes lie in the file.
  package enum Packing: Equatable, Sendable {
    case plain
    case deflated
    /// Written in another form; these are the bytes it stands for.
    case converted([UInt8])
    /// Values of a model, of which every one is written in a form of its own.
    case values(ONNXValues)
  }

  package let file: FileReference
  /// How messages call it.
  package let name: String
  /// First byte in the file.
  package let offset: Int
  /// Bytes taken in the file.
  package let storedBytes: Int
  /// Bytes after unpacking; equal to `storedBytes` for plain data.
  package let byteCount: Int
  package let packing: Packing
  /// The checksum over the unpacked bytes, where the container records one.
  package let checksum: UInt32?

  /// Bytes that lie plainly in the file.
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
  /// - Throws: `TensorFileError`, also where the file is no longer the one whose header was read.
  package func makeStream() throws(TensorFileError) -> any ByteStream {
    switch packing {
    case .plain: return try PlainStream(self)
    case .deflated: return try InflateStream(self)
    case .converted(let bytes): return MemoryStream(self, bytes)
    case .values(let values): return try ONNXValueStream(self, values)
    }
  }
}

/// Unpacked bytes of a source, in order.
package protocol ByteStream: AnyObject {
  /// Fills `buffer` with the next bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TensorFileError)
  /// Checks, after the last byte, what can only be known then.
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

/// Bytes as they lie in the file.
final class PlainStream: ByteStream {
  private let source: ByteSource
  private let file: ReadableFile
  private var consumed: Int
  private var checksum = Checksum()

  /// - Parameter start: The first byte to read; of a source with a checksum, the first of all.
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
    // zlib takes a null pointer for "begin anew".
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
