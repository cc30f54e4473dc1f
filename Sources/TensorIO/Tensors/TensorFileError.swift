/// What can go wrong between a path and the numbers in it; every text is one line.
///
/// A line names the file, the tensor inside it where there is one, what was wrong and what was
/// expected. Text taken from the file is escaped and cut short, so that a hostile name can neither
/// break the line nor flood it.
public enum TensorFileError: Error, Hashable, Sendable {
  /// The file is absent, may not be read, is no regular file, or the device failed.
  case unreadable(path: String, reason: String)
  /// The bytes contradict the format or each other.
  case malformed(name: String, reason: String)
  /// The bytes are well formed, but of a kind that is not read here.
  case unsupported(name: String, reason: String)
  /// The container has no tensor of that name, or none to offer.
  case noSuchTensor(name: String, reason: String)
  /// The tensor has no elements.
  case emptyTensor(name: String, shape: [Int])
  /// The data hold NaN or infinity; `firstIndex` is flat, in C order.
  case nonFinite(name: String, count: Int, firstIndex: Int)
  /// A finite float64 is beyond float32; `index` is flat, in C order.
  case outOfRange(name: String, index: Int, value: Double)
  /// The values do not fit into memory; `bytes` is what they need.
  case outOfMemory(name: String, bytes: Int)
  /// The file could not be written; whatever was at `path` before is still there.
  case unwritable(path: String, reason: String)

  /// Whether the file could not be opened or read at all, as opposed to holding bad data.
  public var isMissingFile: Bool {
    if case .unreadable = self { return true }
    return false
  }
}

extension TensorFileError: CustomStringConvertible {
  /// One line for a person: file, tensor, what was wrong, what was expected.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason), .unwritable(let path, let reason):
      return "\(printable(path == standardInputPath ? "stdin" : path)): \(reason)"
    case .malformed(let name, let reason), .unsupported(let name, let reason),
      .noSuchTensor(let name, let reason):
      return "\(printable(name)): \(reason)"
    case .emptyTensor(let name, let shape):
      return "\(printable(name)): empty tensor: shape \(shapeText(shape)) has no elements; "
        + "expected at least one"
    case .nonFinite(let name, let count, let firstIndex):
      let found =
        count == 1
        ? "1 non-finite value (NaN or infinity), at index \(firstIndex)"
        : "\(count) non-finite values (NaN or infinity), the first at index \(firstIndex)"
      return "\(printable(name)): \(found); expected finite values"
    case .outOfRange(let name, let index, let value):
      return "\(printable(name)): value \(value) at index \(index) is beyond the range of float32; "
        + "expected magnitudes up to \(Float.greatestFiniteMagnitude)"
    case .outOfMemory(let name, let bytes):
      return "\(printable(name)): needs \(bytes) bytes of memory, more than the system grants"
    }
  }
}

/// `text` with everything that could disturb a terminal or break the line written as an escape,
/// and cut after `limit` scalars.
///
/// Nor is it a workflow command: build servers read such in any line of what a program prints. A
/// command begins with two colons after white space, or has `##[` or `##word[` anywhere; one character
/// of these is an escape, too.
package func printable(_ text: String, limit: Int = 400) -> String {
  var result = String.UnicodeScalarView()
  var kept = 0
  // Scalars kept as they are that could begin a command: colons at the start, or number signs.
  var (colons, signs, isStart) = (0, 0, true)
  for scalar in text.unicodeScalars {
    if kept == limit {
      result.append(contentsOf: "...".unicodeScalars)
      break
    }
    kept += 1
    colons = isStart && scalar == ":" ? colons + 1 : 0
    let endsCommand = colons == 2 || signs >= 2 && scalar == "["
    let isWord = signs >= 2 && scalar.properties.isAlphabetic
    signs = scalar == "#" ? signs + 1 : isWord ? signs : 0
    isStart = isStart && (scalar.properties.isWhitespace || scalar == ":") && colons < 2
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator,
      .spaceSeparator where scalar != " ":
      result.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
    case _ where endsCommand:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      result.append(contentsOf: "\\u{\(digits)}".unicodeScalars)
    default:
      result.append(scalar)
    }
  }
  return String(result)
}

/// `text` from a file, safe to put into a message and recognizable as a quotation.
package func quoted(_ text: String) -> String {
  "'\(printable(text, limit: 60))'"
}
