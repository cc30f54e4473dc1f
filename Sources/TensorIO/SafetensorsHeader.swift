internal import Foundation

/// The header of a .safetensors file: the name, type, shape and place of every tensor.
struct SafetensorsHeader {
  private struct Entry {
    let dtype: String
    let shape: [Int]
    /// Bytes from the start of the data, which follow the header.
    let range: Range<Int>
  }

  private let file: ReadableFile
  private let entries: [String: Entry]
  private let dataOffset: Int

  /// The limit of the reference implementation.
  static let maximumBytes = 100_000_000

  init(_ file: ReadableFile) throws(TensorFileError) {
    self.file = file
    guard file.size >= 8 else {
      throw .malformed(
        name: file.name,
        reason: "\(file.size) bytes are too short for a safetensors header; expected at least 8")
    }
    let length = littleEndian(try file.bytes(at: 0, count: 8), at: 0, count: 8)
    guard length <= UInt64(file.size - 8) else {
      throw .malformed(
        name: file.name,
        reason: "safetensors header of \(length) bytes reaches beyond the end at byte "
          + "\(file.size)")
    }
    guard length <= UInt64(Self.maximumBytes) else {
      throw .unsupported(
        name: file.name,
        reason: "safetensors header of \(length) bytes; expected at most \(Self.maximumBytes)")
    }
    dataOffset = 8 + Int(length)
    let text = try file.bytes(at: 8, count: Int(length))
    guard text.first == UInt8(ascii: "{"),
      let raw = try? JSONDecoder().decode([String: RawEntry].self, from: Data(text))
    else {
      throw .malformed(
        name: file.name, reason: "safetensors header at byte 8 is not a JSON object of tensors")
    }
    var entries: [String: Entry] = [:]
    for (key, value) in raw where key != "__metadata__" {
      entries[key] = try Self.validated(value, name: "\(file.name)#\(key)")
    }
    self.entries = entries
    try checkCoverage()
  }

  /// All float tensors in name order.
  func tensors() throws(TensorFileError) -> [TensorFile] {
    var tensors: [TensorFile] = []
    for (member, entry) in entries.sorted(by: { $0.key < $1.key }) {
      guard let layout = ElementLayout(safetensors: entry.dtype) else { continue }
      tensors.append(try tensor(member, entry, layout))
    }
    return tensors
  }

  func tensor(named member: String) throws(TensorFileError) -> TensorFile {
    let name = "\(file.name)#\(member)"
    guard let entry = entries[member] else {
      throw noSuchTensor(name: name, available: entries.keys.sorted())
    }
    guard let layout = ElementLayout(safetensors: entry.dtype) else {
      throw unsupportedElement(quoted(entry.dtype), name: name)
    }
    return try tensor(member, entry, layout)
  }

  private func tensor(
    _ member: String, _ entry: Entry, _ layout: ElementLayout
  ) throws(TensorFileError) -> TensorFile {
    let name = "\(file.name)#\(member)"
    let extent = try Extent(
      shape: entry.shape, bytesPerElement: layout.type.byteCount, name: name)
    guard extent.bytes == entry.range.count else {
      throw .malformed(
        name: name,
        reason: "\(entry.range.count) bytes of data; expected \(extent.bytes) for shape "
          + "\(shapeText(entry.shape)) of \(layout.type)")
    }
    let source = ByteSource(
      file: file, name: name, offset: dataOffset + entry.range.lowerBound, byteCount: extent.bytes)
    return TensorFile(
      source: source, member: member, shape: entry.shape, layout: layout, dataOffset: 0,
      isFortranOrder: false)
  }

  /// The format allows neither overlaps nor holes, so that no two readings of it exist.
  private func checkCoverage() throws(TensorFileError) {
    let dataBytes = file.size - dataOffset
    var covered = 0
    let byPlace = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    for (key, entry) in byPlace {
      let range = entry.range
      let place = "data_offsets [\(range.lowerBound), \(range.upperBound)]"
      guard range.upperBound <= dataBytes else {
        throw .malformed(
          name: "\(file.name)#\(key)",
          reason: "\(place) lie beyond the \(dataBytes) bytes of data in the file")
      }
      guard range.lowerBound == covered else {
        let fault = range.lowerBound < covered ? "overlap another tensor" : "leave a hole"
        throw .malformed(
          name: "\(file.name)#\(key)", reason: "\(place) \(fault); expected to begin at \(covered)")
      }
      covered = range.upperBound
    }
    guard covered == dataBytes else {
      throw .malformed(
        name: file.name,
        reason: "\(dataBytes - covered) extra bytes after the last tensor, from byte "
          + "\(dataOffset + covered)")
    }
  }

  private static func validated(
    _ raw: RawEntry, name: String
  ) throws(TensorFileError) -> Entry {
    guard let dtype = raw.dtype else {
      throw .malformed(name: name, reason: "safetensors header lacks a 'dtype' string")
    }
    guard let shape = raw.shape else {
      throw .malformed(name: name, reason: "safetensors header lacks a 'shape' of integers")
    }
    guard let offsets = raw.offsets, offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1]
    else {
      throw .malformed(
        name: name,
        reason: "safetensors header lacks 'data_offsets'; expected [begin, end] with "
          + "0 <= begin <= end")
    }
    return Entry(dtype: dtype, shape: shape, range: offsets[0]..<offsets[1])
  }
}

/// A tensor's entry with whatever could be made sense of.
///
/// Decoding never throws, so that the message can name the tensor and the field instead of
/// repeating the decoder's.
private struct RawEntry: Decodable {
  let dtype: String?
  let shape: [Int]?
  let offsets: [Int]?

  private enum Key: String, CodingKey {
    case dtype, shape
    case offsets = "data_offsets"
  }

  init(from decoder: any Decoder) {
    let fields = try? decoder.container(keyedBy: Key.self)
    dtype = try? fields?.decode(String.self, forKey: .dtype)
    shape = try? fields?.decode([Int].self, forKey: .shape)
    offsets = try? fields?.decode([Int].self, forKey: .offsets)
  }
}
