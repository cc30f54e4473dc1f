/// The header of a .safetensors file: the name, type, shape and place of every tensor.
struct SafetensorsHeader: TensorContainer {
  private struct Entry {
    let name: String
    let dtype: String
    let shape: [Int]
    /// The range of the tensor's bytes, counted from the start of the data after the header.
    let range: Range<Int>
  }

  let file: FileReference
  private let entries: [ExactName: Entry]
  private let dataOffset: Int
  let memberNames: [String]

  /// The largest header; the reference implementation has the same limit.
  static let maximumBytes = 100_000_000

  /// Reads the header and checks that each byte of the data belongs to exactly one tensor.
  ///
  /// - Throws: `TensorFileError` if the file as a whole is wrong. A fault of one tensor is thrown
  ///   when that tensor is read.
  init(_ file: ReadableFile) throws(TensorFileError) {
    self.file = file.reference
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
    let members = try Self.members(
      in: try file.bytes(at: 8, count: Int(length)), name: file.name)
    var list: [Entry] = []
    for member in members where member.key != "__metadata__" {
      list.append(try Self.entry(member, name: "\(file.name)#\(member.key)"))
    }
    entries = Dictionary(list.map { (ExactName($0.name), $0) }) { first, _ in first }
    memberNames = list.map(\.name).sorted(by: naturallyPrecedes)
    try Self.checkCoverage(list, dataOffset: dataOffset, in: file)
  }

  func memberName(_ wanted: String) -> String? { entries[ExactName(wanted)]?.name }

  func member(_ name: String) throws(TensorFileError) -> ContainerMember {
    guard let entry = entries[ExactName(name)] else { preconditionFailure("no tensor \(name)") }
    let fullName = "\(file.name)#\(name)"
    guard let layout = ElementLayout(safetensors: entry.dtype) else {
      let source = ByteSource(
        file: file, name: fullName, offset: dataOffset + entry.range.lowerBound,
        byteCount: entry.range.count)
      return .other(
        type: entry.dtype, reason: unsupportedElement(quoted(entry.dtype)),
        raw: RawTensor(name: name, type: entry.dtype, shape: entry.shape, source: source))
    }
    let extent = try Extent(
      shape: entry.shape, bytesPerElement: layout.type.byteCount, name: fullName)
    guard extent.bytes == entry.range.count else {
      throw .malformed(
        name: fullName,
        reason: "\(entry.range.count) bytes of data; expected \(extent.bytes) for shape "
          + "\(printable(shapeText(entry.shape))) of \(layout.type.rawValue)")
    }
    let source = ByteSource(
      file: file, name: fullName, offset: dataOffset + entry.range.lowerBound,
      byteCount: extent.bytes)
    return .tensor(
      TensorFile(
        source: source, member: name, shape: entry.shape, layout: layout, dataOffset: 0,
        isFortranOrder: false))
  }

  private static func members(
    in text: [UInt8], name: String
  ) throws(TensorFileError) -> [JSONValue.Member] {
    do throws(JSONValue.Fault) {
      guard text.first == UInt8(ascii: "{") else {
        throw JSONValue.Fault(offset: 0, reason: "expected '{'")
      }
      guard case .object(let members) = try JSONValue(parsing: text) else { return [] }
      return members
    } catch {
      throw .malformed(
        name: name,
        reason: "safetensors header is not a JSON object of tensors: \(error.reason) at byte "
          + "\(8 + error.offset)")
    }
  }

  private static func entry(
    _ member: JSONValue.Member, name: String
  ) throws(TensorFileError) -> Entry {
    guard let dtype = member.value["dtype"]?.string else {
      throw .malformed(name: name, reason: "safetensors header lacks a 'dtype' string")
    }
    guard let shape = member.value["shape"]?.integers else {
      throw .malformed(name: name, reason: "safetensors header lacks a 'shape' of integers")
    }
    guard let offsets = member.value["data_offsets"]?.integers, offsets.count == 2,
      0 <= offsets[0], offsets[0] <= offsets[1]
    else {
      throw .malformed(
        name: name,
        reason: "safetensors header lacks 'data_offsets'; expected [begin, end] with "
          + "0 <= begin <= end")
    }
    return Entry(
      name: member.key, dtype: dtype, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// Throws if tensors overlap or leave a hole.
  ///
  /// The format forbids both, so that all readers agree on the contents of a file.
  private static func checkCoverage(
    _ entries: [Entry], dataOffset: Int, in file: ReadableFile
  ) throws(TensorFileError) {
    let dataBytes = file.size - dataOffset
    var covered = 0
    let byPlace = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in byPlace {
      let range = entry.range
      let place = "data_offsets [\(range.lowerBound), \(range.upperBound)]"
      guard range.upperBound <= dataBytes else {
        throw .malformed(
          name: "\(file.name)#\(entry.name)",
          reason: "\(place) lie beyond the \(dataBytes) bytes of data in the file")
      }
      guard range.lowerBound == covered else {
        let fault = range.lowerBound < covered ? "overlap another tensor" : "leave a hole"
        throw .malformed(
          name: "\(file.name)#\(entry.name)",
          reason: "\(place) \(fault); expected to begin at \(covered)")
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
}
