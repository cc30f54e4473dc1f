internal import Foundation

/// Reads numbers and texts of a GGUF file one after the other, lowest byte first.
struct GGUFReader {
  private let data: Data
  /// The offset of the next byte.
  private(set) var place = 0

  /// Begins at the first byte.
  init(_ data: Data) { self.data = data }

  /// The number of bytes that are left.
  var left: Int { data.count - place }

  /// The fault of a byte.
  func fault(_ reason: String) -> FormatFault { FormatFault("byte \(place)", reason) }

  /// The next integer.
  mutating func integer<Number: FixedWidthInteger>(
    _ type: Number.Type
  ) throws(FormatFault) -> Number {
    let size = MemoryLayout<Number>.size
    guard left >= size else { throw fault("the file ends; expected \(size) bytes more") }
    defer { place += size }
    return data.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self))
    }
  }

  /// The next count of things that take at least so many bytes each.
  mutating func count(ofBytes size: Int, _ what: String) throws(FormatFault) -> Int {
    let start = place
    let count = try integer(UInt64.self)
    guard count <= UInt64(left / size) else {
      throw FormatFault(
        "byte \(start)", "\(count) \(what) in the \(left) bytes that are left")
    }
    return Int(count)
  }

  /// The next text.
  mutating func text() throws(FormatFault) -> String {
    let count = try count(ofBytes: 1, "bytes of a text")
    let start = data.startIndex + place
    guard let text = String(validating: data[start..<start + count], as: UTF8.self) else {
      throw fault("a text is not UTF-8")
    }
    place += count
    return text
  }

  /// Leaves out bytes.
  mutating func skip(_ count: Int) throws(FormatFault) {
    guard count <= left else { throw fault("the file ends; expected \(count) bytes more") }
    place += count
  }

  /// Leaves out a value of the metadata.
  ///
  /// - Parameter type: The number of its type.
  mutating func skipValue(_ type: UInt32, depth: Int = 0) throws(FormatFault) {
    switch type {
    case 0, 1, 7: try skip(1)
    case 2, 3: try skip(2)
    case 4, 5, 6: try skip(4)
    case 10, 11, 12: try skip(8)
    case 8: try skip(try count(ofBytes: 1, "bytes of a text"))
    case 9:
      guard depth < 4 else { throw fault("lists are nested too deeply") }
      let element = try integer(UInt32.self)
      // The least that an element takes: a text has 8 bytes of length, a list 12 of type and length.
      let sizes = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8]
      guard element < sizes.count else { throw unknown(element) }
      let count = try count(ofBytes: sizes[Int(element)], "values of a list")
      guard element == 8 || element == 9 else { return try skip(count * sizes[Int(element)]) }
      for _ in 0..<count { try skipValue(element, depth: depth + 1) }
    default: throw unknown(type)
    }
  }

  private func unknown(_ type: UInt32) -> FormatFault {
    fault("a value of the unknown type \(type); expected 0 to 12")
  }
}
