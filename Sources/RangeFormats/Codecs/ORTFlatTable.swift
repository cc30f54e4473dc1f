internal import Foundation

/// `calibration.flatbuffers` of ONNX Runtime: `TrtTable { dict: [KeyValue { key: string, value: string }] }`.
///
/// A table of FlatBuffers begins with the distance back to its list of fields; that has 16-bit places of the
/// fields, from byte 4 on. Fields are distances forward, vectors and strings begin with their length.
struct ORTFlatTable {
  /// A tensor and the text of its value.
  struct Entry {
    let place: String
    let name: String
    let value: String
  }

  /// The tensors, in the order of the file.
  private(set) var entries: [Entry] = []
  private let bytes: [UInt8]

  /// Reads a table.
  ///
  /// - Throws: ``FormatFault`` where a distance leads out of the file, or strings lie on each other.
  /// - Complexity: O(bytes).
  init(_ data: Data) throws(FormatFault) {
    bytes = Array(data)
    let root = try target(0)
    guard let list = try field(0, of: root) else { return }
    let vector = try target(list)
    let count = try number(vector, bytes: 4)
    guard count <= bytes.count / 4 else { throw Self.fault(vector) }
    var room = bytes.count
    for index in 0..<count {
      let table = try target(vector + 4 + 4 * index)
      guard let key = try field(0, of: table), let value = try field(1, of: table) else {
        throw FormatFault("entry \(index)", "has no key or no value")
      }
      let (name, text) = (try string(key), try string(value))
      room -= name.utf8.count + text.utf8.count
      guard room >= 0 else { throw Self.fault(table) }
      entries.append(Entry(place: "entry \(index)", name: name, value: text))
    }
  }

  private static func fault(_ place: Int) -> FormatFault {
    FormatFault("byte \(place)", "leads out of the file; expected a table of FlatBuffers")
  }

  /// The number in so many bytes.
  private func number(_ place: Int, bytes count: Int) throws(FormatFault) -> Int {
    guard place >= 0, place <= bytes.count - count else { throw Self.fault(place) }
    return (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }

  /// Where a distance leads.
  private func target(_ place: Int) throws(FormatFault) -> Int {
    place + (try number(place, bytes: 4))
  }

  /// The place of a field of a table; nothing where the table lacks it.
  private func field(_ index: Int, of table: Int) throws(FormatFault) -> Int? {
    let fields = table - Int(Int32(truncatingIfNeeded: try number(table, bytes: 4)))
    let place = 4 + 2 * index
    guard place < (try number(fields, bytes: 2)) else { return nil }
    let offset = try number(fields + place, bytes: 2)
    return offset == 0 ? nil : table + offset
  }

  private func string(_ place: Int) throws(FormatFault) -> String {
    let start = try target(place)
    let count = try number(start, bytes: 4)
    guard count <= bytes.count - start - 4,
      let text = String(validating: bytes[start + 4..<start + 4 + count], as: UTF8.self)
    else { throw Self.fault(start) }
    return text
  }
}
