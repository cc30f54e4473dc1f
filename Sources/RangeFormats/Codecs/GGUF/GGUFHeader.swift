internal import Foundation
internal import TensorIO

/// The header of a GGUF file: what stands where.
///
/// A file has "GGUF", the version, the number of tensors and of metadata, the metadata, the tensors (name, lengths of
/// axes from the last to the first, type, place), and from the next multiple of the alignment on the data, in
/// the same order.
struct GGUFHeader {
  /// A tensor.
  struct Entry {
    /// Its name.
    let name: String
    /// The length of each axis, the first one first.
    let shape: [Int]
    /// The type.
    let type: GGUFType
    /// The offset of its first byte in the file.
    let offset: Int
    /// The number of values.
    let count: Int
    /// The number of blocks.
    var blocks: Int { count / type.values }
  }

  /// The version that is written; version 2 has the same layout.
  static let version: UInt32 = 3
  /// The alignment of data, where the metadata give no other.
  static let alignment = 32
  /// The largest number of axes.
  static let maximumAxes = 4
  /// The largest number of bytes of a name, which ends with a zero in memory.
  static let maximumNameBytes = 63

  /// The tensors, in the order of the file.
  let entries: [Entry]

  /// Reads a header.
  ///
  /// - Throws: ``FormatFault`` with the byte or the tensor.
  /// - Complexity: O(bytes of the header).
  init(_ data: Data) throws(FormatFault) {
    guard data.starts(with: Data("GGUF".utf8)) else {
      throw FormatFault("is no GGUF file; expected 'GGUF' as the first four bytes")
    }
    var reader = GGUFReader(data)
    try reader.skip(4)
    let version = try reader.integer(UInt32.self)
    guard version == 2 || version == 3 else {
      throw FormatFault(
        version.byteSwapped == 3
          ? "the highest byte of numbers is first; expected the lowest"
          : "version \(version); expected 2 or 3")
    }
    // The least that a tensor takes: lengths of the name and of the axes, type and place.
    let tensors = try reader.count(ofBytes: 24, "tensors")
    let members = try reader.count(ofBytes: 13, "values of metadata")
    var alignment = Self.alignment
    for _ in 0..<members {
      let key = try reader.text()
      let type = try reader.integer(UInt32.self)
      guard key.isExactly("general.alignment") else {
        try reader.skipValue(type)
        continue
      }
      guard type == 4 else { throw reader.fault("general.alignment is not of type 4, uint32") }
      alignment = Int(try reader.integer(UInt32.self))
      guard alignment > 0, alignment & (alignment - 1) == 0 else {
        throw reader.fault("general.alignment is \(alignment); expected a power of two")
      }
    }
    var list: [(name: String, shape: [Int], type: GGUFType, offset: UInt64, count: Int)] = []
    for _ in 0..<tensors {
      let name = try reader.text()
      let shape = try Self.shape(&reader, name)
      let number = try reader.integer(UInt32.self)
      guard let type = GGUFType.numbered(number) else {
        throw FormatFault(quoted(name), "the type \(number) is not known")
      }
      let offset = try reader.integer(UInt64.self)
      let count = try Self.count(of: shape, type, name)
      list.append((name, shape, type, offset, count))
    }
    // Places follow each other, so that no byte is read twice.
    func aligned(_ size: Int) -> Int { (size + alignment - 1) / alignment * alignment }
    let start = aligned(reader.place)
    var end = start
    var entries: [Entry] = []
    for (name, shape, type, offset, count) in list {
      guard offset == UInt64(end - start) else {
        throw FormatFault(
          quoted(name), "the data begin at \(offset); expected \(end - start), behind those before")
      }
      let bytes = count / type.values * type.bytes
      guard bytes <= data.count - end else {
        throw FormatFault(
          quoted(name),
          "\(bytes) bytes of data from byte \(end) on; the file has \(data.count)")
      }
      entries.append(Entry(name: name, shape: shape, type: type, offset: end, count: count))
      end = aligned(end + bytes)
    }
    self.entries = entries
  }

  private static func shape(
    _ reader: inout GGUFReader, _ name: String
  ) throws(FormatFault) -> [Int] {
    let axes = try reader.integer(UInt32.self)
    guard axes <= maximumAxes else {
      throw FormatFault(quoted(name), "\(axes) axes; expected at most \(maximumAxes)")
    }
    var shape: [Int] = []
    for _ in 0..<axes {
      let length = try reader.integer(UInt64.self)
      guard length > 0, length < 1 << 48 else {
        throw FormatFault(quoted(name), "an axis of \(length) values")
      }
      shape.append(Int(length))
    }
    return shape.reversed()
  }

  private static func count(
    of shape: [Int], _ type: GGUFType, _ name: String
  ) throws(FormatFault) -> Int {
    var count = 1
    for length in shape {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: length)
      guard !isTooLarge, product < 1 << 50 else {
        throw FormatFault(quoted(name), "the shape \(shape) has too many values")
      }
      count = product
    }
    guard type.isPlain || shape.last?.isMultiple(of: type.values) == true else {
      throw FormatFault(
        quoted(name),
        "rows of \(shape.last ?? 1) values of type \(type.name); expected a multiple of \(type.values)"
      )
    }
    return count
  }
}
