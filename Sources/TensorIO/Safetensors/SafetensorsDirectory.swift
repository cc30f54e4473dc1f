/// The entries of the header of a .safetensors file: what stands where in the data.
struct SafetensorsDirectory {
  /// A tensor.
  struct Entry {
    let name: String
    let dtype: String
    let shape: [Int]
    /// The range of the tensor's bytes, counted from the start of the data after the header.
    let range: Range<Int>
  }

  /// The tensors, in the order of the header.
  let entries: [Entry]
  /// The texts of `__metadata__`; what is no text there is left out.
  let metadata: [String: String]
  /// The offset of the data from the start of the file.
  let dataOffset: Int

  /// The largest header; the reference implementation has the same limit.
  static let maximumBytes = 100_000_000

  /// The length of the header, which stands in the first 8 bytes of a file.
  ///
  /// - Parameters:
  ///   - size: The size of the file in bytes.
  ///   - name: The name of the file in messages.
  ///   - prefix: Reads so many of the first bytes.
  /// - Throws: `TensorFileError` if the file is too short for it, or the header too long.
  static func length(
    size: Int, name: String, prefix: (_ count: Int) throws(TensorFileError) -> [UInt8]
  ) throws(TensorFileError) -> Int {
    guard size >= 8 else {
      throw .malformed(
        name: name,
        reason: "\(size) bytes are too short for a safetensors header; expected at least 8")
    }
    let length = littleEndian(try prefix(8), at: 0, count: 8)
    guard length <= UInt64(size - 8) else {
      throw .malformed(
        name: name,
        reason: "safetensors header of \(length) bytes reaches beyond the end at byte \(size)")
    }
    guard length <= UInt64(maximumBytes) else {
      throw .unsupported(
        name: name,
        reason: "safetensors header of \(length) bytes; expected at most \(maximumBytes)")
    }
    return Int(length)
  }

  /// Reads a header and checks that each byte of the data belongs to exactly one tensor.
  ///
  /// - Parameters:
  ///   - header: The text of the header.
  ///   - size: The size of the file in bytes, at least 8 more than that of the header.
  ///   - name: The name of the file in messages.
  init(header: [UInt8], size: Int, name: String) throws(TensorFileError) {
    dataOffset = 8 + header.count
    var (list, texts): ([Entry], [String: String]) = ([], [:])
    for member in try Self.members(in: header, name: name) {
      if member.key == "__metadata__" {
        guard case .object(let members) = member.value else { continue }
        for text in members { texts[text.key] = text.value.string }
      } else {
        list.append(try Self.entry(member, name: "\(name)#\(member.key)"))
      }
    }
    (entries, metadata) = (list, texts)
    try Self.checkCoverage(list, dataBytes: size - dataOffset, dataOffset: dataOffset, name: name)
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
    _ entries: [Entry], dataBytes: Int, dataOffset: Int, name: String
  ) throws(TensorFileError) {
    var covered = 0
    let byPlace = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in byPlace {
      let range = entry.range
      let place = "data_offsets [\(range.lowerBound), \(range.upperBound)]"
      guard range.upperBound <= dataBytes else {
        throw .malformed(
          name: "\(name)#\(entry.name)",
          reason: "\(place) lie beyond the \(dataBytes) bytes of data in the file")
      }
      guard range.lowerBound == covered else {
        let fault = range.lowerBound < covered ? "overlap another tensor" : "leave a hole"
        throw .malformed(
          name: "\(name)#\(entry.name)",
          reason: "\(place) \(fault); expected to begin at \(covered)")
      }
      covered = range.upperBound
    }
    guard covered == dataBytes else {
      throw .malformed(
        name: name,
        reason: "\(dataBytes - covered) extra bytes after the last tensor, from byte "
          + "\(dataOffset + covered)")
    }
  }
}
