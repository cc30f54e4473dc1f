internal import Foundation
internal import ResultRecords
internal import TensorIO

/// Reads the profiles of some tensors from a `profiles.json` that may have very many.
///
/// A run writes each profile as one line. Only the lines of the wanted tensors are parsed, and the
/// others are searched for the name. A file of another form is parsed as a whole, and so is one
/// with a line that cannot be parsed, so that the error has the position.
struct ProfileLines {
  /// The profiles in the order of the file.
  let profiles: [TensorProfile]

  /// - Throws: `JSONFault` with the position of the fault.
  init(_ text: String, of names: [ExactName]) throws {
    let wanted = Set(names)
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"))
    let isByLine =
      lines.count > 2 && lines.first?.elementsEqual("[".utf8) == true
      && lines.last?.elementsEqual("]".utf8) == true
    let own = lines.dropFirst().dropLast().filter { line in
      Self.name(line).map { wanted.contains(ExactName($0)) } ?? false
    }
    let read = own.compactMap { line in
      try? TensorProfileFile.profile(
        in: String(Substring(line.last == comma ? line.dropLast() : line)))
    }
    profiles =
      isByLine && read.count == own.count
      ? read
      : try TensorProfileFile.profiles(in: text).filter { wanted.contains(ExactName($0.tensor)) }
  }

  private static let key = Array("\"tensor\":\"".utf8)

  /// The name in a line; nil if it is not a line as a run writes it.
  ///
  /// Keys are sorted, so the name is near the end. Inside a text its quotation marks would be
  /// escaped.
  private static func name(_ line: Substring.UTF8View) -> String? {
    var end = line.endIndex
    while let quote = line[..<end].lastIndex(of: key[0]) {
      let rest = line[quote...]
      if rest.starts(with: key) {
        let value = rest.dropFirst(key.count - 1)
        guard let last = value.lastIndex(of: key[0]), last > value.startIndex else { return nil }
        return try? JSONText.value(String.self, from: String(Substring(value[...last])))
      }
      end = quote
    }
    return nil
  }
}

private let comma = UInt8(ascii: ",")
