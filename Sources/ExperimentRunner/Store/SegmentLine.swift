internal import ResultRecords

/// A finished result as one line of a segment.
///
/// The line is `SEAL KIND ADDRESS<tab>...`: the SHA-256 of everything behind the first space, the kind of the
/// result, the hash of everything that determines it, and the result. The seal does not depend on the file,
/// so that lines may be moved from one segment to another.
struct SegmentLine: Sendable {
  /// What a line holds.
  enum Kind: String, CaseIterable, Sendable {
    /// A finished cell (``CellLine``).
    case cell
    /// A cell that failed. A run tries it again; assembling shows it in the tables.
    case failed
    /// The profile of a tensor, as its line of `profiles.json`.
    case profile
    /// A row of `networks.csv`, as JSON.
    case network
    /// What computed the lines behind it (``SegmentMachine``); it has no address.
    case machine
  }

  let kind: Kind
  /// The address, and behind a tab the result; without a line end.
  let payload: String

  init(_ kind: Kind, _ payload: String) { (self.kind, self.payload) = (kind, payload) }

  /// The part of the payload before the first tab.
  var address: Substring { payload[..<tab] }

  /// The part of the payload behind the first tab.
  var text: Substring { payload[tab...].dropFirst() }

  private var tab: String.Index {
    payload.utf8.firstIndex(of: UInt8(ascii: "\t")) ?? payload.endIndex
  }

  /// The line with its seal and its end, as bytes.
  var sealed: [UInt8] {
    let body = "\(kind.rawValue) \(payload)"
    return Array("\(Self.seal(of: Array(body.utf8)[...])) \(body)\n".utf8)
  }

  /// What the bytes of a line without its end are.
  enum Reading {
    case line(SegmentLine)
    /// A line that was damaged or edited, with the address that stands in it, if one does.
    case damaged(address: String?)
  }

  /// Reads the bytes of a line without its end.
  static func reading(_ bytes: ArraySlice<UInt8>) -> Reading {
    let body = bytes.dropFirst(sealLength + 1)
    guard seal(of: body).utf8.elementsEqual(bytes.prefix(sealLength)), !body.isEmpty,
      bytes[bytes.startIndex + sealLength] == space,
      let text = String(validating: body, as: UTF8.self),
      let end = text.firstIndex(of: " "), let kind = Kind(rawValue: String(text[..<end]))
    else { return .damaged(address: addressInDamaged(body)) }
    return .line(SegmentLine(kind, String(text[text.index(after: end)...])))
  }

  /// The second word of a damaged line, if it has the form of an address.
  private static func addressInDamaged(_ body: ArraySlice<UInt8>) -> String? {
    guard let end = body.firstIndex(of: space) else { return nil }
    let word = body[(end + 1)...].prefix { $0 != UInt8(ascii: "\t") }
    guard word.count == sealLength, word.allSatisfy({ hexadecimal.contains($0) }) else {
      return nil
    }
    return String(decoding: word, as: UTF8.self)
  }

  private static func seal(of body: ArraySlice<UInt8>) -> String {
    var hash = ContentHash()
    body.withUnsafeBytes { hash.update($0) }
    return hash.finish()
  }

  private static let hexadecimal = Set("0123456789abcdef".utf8)
  private static let space = UInt8(ascii: " ")
  private static let sealLength = 64
}
