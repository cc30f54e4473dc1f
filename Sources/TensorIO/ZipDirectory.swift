/// The central directory of a zip archive: what is in it and where.
///
/// Archives that were appended to something else, split or encrypted are not read.
package struct ZipDirectory: Sendable {
  /// One member, as the central directory describes it; nothing is checked but the form.
  package struct Entry: Equatable, Sendable {
    package let name: String
    package let isEncrypted: Bool
    package let method: Int
    package let checksum: UInt32
    package let storedBytes: UInt64
    package let byteCount: UInt64
    package let headerOffset: UInt64
  }

  package let entries: [Entry]
  /// Where the directory begins; members lie before it.
  package let offset: Int

  /// A member takes about 60 bytes, so this is a million of them.
  private static let maximumBytes = 1 << 26
  private static let endBytes = 22
  private static let locatorBytes = 20

  package init(of file: ReadableFile) throws(TensorFileError) {
    let (offset, size) = try Self.locate(in: file)
    guard size <= Self.maximumBytes else {
      throw .unsupported(
        name: file.name,
        reason: "zip directory of \(size) bytes; expected at most \(Self.maximumBytes)")
    }
    self.offset = offset
    self.entries = try Self.parse(
      try file.bytes(at: offset, count: size), offset: offset, name: file.name)
  }

  /// The place of the directory, from the record at the end of the file.
  private static func locate(
    in file: ReadableFile
  ) throws(TensorFileError) -> (offset: Int, size: Int) {
    let window = min(file.size, endBytes + locatorBytes + 0xFFFF)
    let tail = try file.bytes(at: file.size - window, count: window)
    guard let end = endRecord(in: tail) else {
      throw .malformed(
        name: file.name, reason: "no zip directory at the end; not a zip archive or truncated")
    }
    var size = littleEndian(tail, at: end + 12, count: 4)
    var offset = littleEndian(tail, at: end + 16, count: 4)
    // Beyond 4 GiB or 65535 members the true numbers are in a second record.
    let locator = end - locatorBytes
    if locator >= 0, tail[locator...].starts(with: [0x50, 0x4B, 6, 7]) {
      let place = littleEndian(tail, at: locator + 8, count: 8)
      guard let place = Int(exactly: place), place <= file.size - 56 else {
        throw .malformed(
          name: file.name, reason: "zip64 end record at byte \(place) lies beyond the file")
      }
      let record = try file.bytes(at: place, count: 56)
      guard record.starts(with: [0x50, 0x4B, 6, 6]) else {
        throw .malformed(name: file.name, reason: "no zip64 end record at byte \(place)")
      }
      size = littleEndian(record, at: 40, count: 8)
      offset = littleEndian(record, at: 48, count: 8)
    }
    guard let offset = Int(exactly: offset), let size = Int(exactly: size),
      offset <= file.size, size <= file.size - offset
    else {
      throw .malformed(
        name: file.name,
        reason: "zip directory of \(size) bytes at byte \(offset) lies beyond the file")
    }
    return (offset, size)
  }

  /// The last end record whose comment reaches exactly to the end of the file.
  private static func endRecord(in tail: [UInt8]) -> Int? {
    for start in stride(from: tail.count - endBytes, through: 0, by: -1)
    where tail[start] == 0x50 && tail[start...].starts(with: [0x50, 0x4B, 5, 6]) {
      let comment = Int(littleEndian(tail, at: start + 20, count: 2))
      if start + endBytes + comment == tail.count { return start }
    }
    return nil
  }

  private static func parse(
    _ bytes: [UInt8], offset: Int, name: String
  ) throws(TensorFileError) -> [Entry] {
    var entries: [Entry] = []
    var position = 0
    while position < bytes.count {
      guard bytes.count - position >= 46,
        bytes[position...].starts(with: [0x50, 0x4B, 1, 2])
      else {
        throw .malformed(
          name: name, reason: "damaged zip directory entry at byte \(offset + position)")
      }
      let nameBytes = Int(littleEndian(bytes, at: position + 28, count: 2))
      let extraBytes = Int(littleEndian(bytes, at: position + 30, count: 2))
      let commentBytes = Int(littleEndian(bytes, at: position + 32, count: 2))
      let nameStart = position + 46
      let extraStart = nameStart + nameBytes
      let next = extraStart + extraBytes + commentBytes
      guard next <= bytes.count else {
        throw .malformed(
          name: name, reason: "truncated zip directory entry at byte \(offset + position)")
      }
      let sizes = wideFields(
        [
          littleEndian(bytes, at: position + 24, count: 4),
          littleEndian(bytes, at: position + 20, count: 4),
          littleEndian(bytes, at: position + 42, count: 4),
        ], extra: Array(bytes[extraStart..<extraStart + extraBytes]))
      entries.append(
        Entry(
          name: String(decoding: bytes[nameStart..<extraStart], as: UTF8.self),
          isEncrypted: bytes[position + 8] & 1 == 1,
          method: Int(littleEndian(bytes, at: position + 10, count: 2)),
          checksum: UInt32(truncatingIfNeeded: littleEndian(bytes, at: position + 16, count: 4)),
          storedBytes: sizes[1], byteCount: sizes[0], headerOffset: sizes[2]))
      position = next
    }
    return entries
  }

  /// Replaces every field that is all ones by the next number of the zip64 extra field, if any.
  private static func wideFields(_ narrow: [UInt64], extra: [UInt8]) -> [UInt64] {
    var position = 0
    while extra.count - position >= 4 {
      let kind = littleEndian(extra, at: position, count: 2)
      let length = Int(littleEndian(extra, at: position + 2, count: 2))
      let end = min(position + 4 + length, extra.count)
      if kind == 1 {
        var place = position + 4
        return narrow.map { field in
          guard field == 0xFFFF_FFFF, end - place >= 8 else { return field }
          defer { place += 8 }
          return littleEndian(extra, at: place, count: 8)
        }
      }
      position = end
    }
    return narrow
  }
}
