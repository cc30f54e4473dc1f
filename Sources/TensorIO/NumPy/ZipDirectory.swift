/// The central directory of a zip archive: its members and their places.
///
/// Archives that are appended to another file, split or encrypted cannot be read.
package struct ZipDirectory: Sendable {
  /// One member, and the place of its data in the file.
  package struct Entry: Equatable, Sendable {
    package let name: String
    package let isEncrypted: Bool
    package let method: Int
    package let checksum: UInt32
    /// The number of bytes after unpacking, according to the directory.
    package let byteCount: UInt64
    /// The range of the packed bytes in the file.
    ///
    /// The ranges of two members do not overlap.
    package let data: Range<Int>
    /// Whether the member is a folder and has no data.
    package var isFolder: Bool { name.utf8.last == UInt8(ascii: "/") && data.isEmpty }
    /// The name without `.npy`.
    package var memberName: String { name.removing(suffix: ".npy") ?? name }
  }

  /// One member as it is in the directory.
  ///
  /// Only its form is checked.
  private struct Record {
    let name: String
    let isEncrypted: Bool
    let method: Int
    let checksum: UInt32
    let storedBytes: UInt64
    let byteCount: UInt64
    let headerOffset: UInt64
  }

  package let entries: [Entry]

  /// The largest directory: a million members of about 60 bytes.
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
    let records = try Self.parse(
      try file.bytes(at: offset, count: size), offset: offset, name: file.name)
    entries = try Self.located(records, before: offset, in: file)
  }

  /// Finds the data of each member after its own header, and checks that members do not overlap.
  ///
  /// With overlapping members, an archive of some kilobytes could unpack to gigabytes.
  private static func located(
    _ records: [Record], before directory: Int, in file: ReadableFile
  ) throws(TensorFileError) -> [Entry] {
    var entries: [Entry] = []
    var places: [(start: Int, end: Int, index: Int)] = []
    for (index, record) in records.enumerated() {
      let (header, data) = try place(of: record, before: directory, in: file)
      places.append((header, data.upperBound, index))
      entries.append(
        Entry(
          name: record.name, isEncrypted: record.isEncrypted, method: record.method,
          checksum: record.checksum, byteCount: record.byteCount, data: data))
    }
    places.sort { ($0.start, $0.index) < ($1.start, $1.index) }
    for (before, after) in zip(places, places.dropFirst()) where after.start < before.end {
      throw .malformed(
        name: "\(file.name)#\(entries[after.index].memberName)",
        reason: "zip member at byte \(after.start) overlaps "
          + "\(quoted(entries[before.index].memberName)); "
          + "expected it from byte \(before.end) on")
    }
    return entries
  }

  /// The offset of the header of a member, and the range of its data.
  private static func place(
    of record: Record, before directory: Int, in file: ReadableFile
  ) throws(TensorFileError) -> (header: Int, data: Range<Int>) {
    let name = "\(file.name)#\(record.name.removing(suffix: ".npy") ?? record.name)"
    guard let header = Int(exactly: record.headerOffset), header <= directory - 30 else {
      throw .malformed(
        name: name,
        reason: "zip member at byte \(record.headerOffset); expected it before the directory at "
          + "byte \(directory)")
    }
    let local = try file.bytes(at: header, count: 30)
    guard local.starts(with: [0x50, 0x4B, 3, 4]) else {
      throw .malformed(name: name, reason: "no zip member at byte \(header)")
    }
    // The extra field here may have another length than the one in the directory.
    let variable = littleEndian(local, at: 26, count: 2) + littleEndian(local, at: 28, count: 2)
    let start = header + 30 + Int(variable)
    guard start <= directory, let stored = Int(exactly: record.storedBytes),
      stored <= directory - start
    else {
      throw .malformed(
        name: name,
        reason: "\(record.storedBytes) bytes at byte \(start) reach into the zip directory at byte "
          + "\(directory)")
    }
    return (header, start..<start + stored)
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
    // Beyond 4 GiB or 65535 members, a second record has the true numbers.
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
  ) throws(TensorFileError) -> [Record] {
    var records: [Record] = []
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
      records.append(
        Record(
          name: memberName(bytes[nameStart..<extraStart]),
          isEncrypted: bytes[position + 8] & 1 == 1,
          method: Int(littleEndian(bytes, at: position + 10, count: 2)),
          checksum: UInt32(truncatingIfNeeded: littleEndian(bytes, at: position + 16, count: 4)),
          storedBytes: sizes[1], byteCount: sizes[0], headerOffset: sizes[2]))
      position = next
    }
    return records
  }

  /// The name of a member.
  ///
  /// If it is not UTF-8, each of its bytes beyond ASCII becomes an escape.
  private static func memberName(_ bytes: ArraySlice<UInt8>) -> String {
    if let name = String(validating: bytes, as: UTF8.self) { return name }
    return bytes.map { byte in
      byte < 0x80
        ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
    }.joined()
  }

  /// Replaces each field in which all bits are ones by the next number of the zip64 extra field, if
  /// there is one.
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
