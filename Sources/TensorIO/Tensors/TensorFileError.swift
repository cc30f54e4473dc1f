/// An error of reading or writing a tensor file.
///
/// The description is one line with the file, the tensor in it, the fault, and the expected form.
/// Text from the file is escaped and cut, so that a hostile name can neither break the line nor
/// make it long.
public enum TensorFileError: Error, Hashable, Sendable {
  /// The file does not exist, may not be read, or is not a regular file; or the device failed.
  case unreadable(path: String, reason: String)
  /// The bytes contradict the format or each other.
  case malformed(name: String, reason: String)
  /// The bytes are well formed, but have a format or a type that cannot be read.
  case unsupported(name: String, reason: String)
  /// The container has no tensor of that name, or no tensors at all.
  case noSuchTensor(name: String, reason: String)
  /// The tensor has no elements.
  case emptyTensor(name: String, shape: [Int])
  /// The data contain NaN or infinity; `firstIndex` is the flat index of the first one in C order.
  case nonFinite(name: String, count: Int, firstIndex: Int)
  /// A finite float64 is out of the range of float32; `index` is its flat index in C order.
  case outOfRange(name: String, index: Int, value: Double)
  /// The values do not fit into memory; they need `bytes` bytes.
  case outOfMemory(name: String, bytes: Int)
  /// The file could not be written. A file that was at `path` before is still there.
  case unwritable(path: String, reason: String)

  /// Whether the file could not be opened or read, and not only its data are wrong.
  public var isMissingFile: Bool {
    if case .unreadable = self { return true }
    return false
  }
}

extension TensorFileError: CustomStringConvertible {
  /// One line: the file, the tensor, the fault, and the expected form.
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

/// `text`, cut after `limit` scalars, with escapes for all characters that could disturb a terminal
/// or break the line.
///
/// The result is also not a workflow command. Build servers look for such commands in the output of
/// programs. A command begins with two colons after white space, or has `##[` or `##word[`
/// anywhere; then one of these characters becomes an escape.
package func printable(_ text: String, limit: Int = 400) -> String {
  var result = String.UnicodeScalarView()
  var kept = 0
  // The numbers of unescaped scalars that could begin a command: colons at the start, and number signs.
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

/// Text from a file for a message, with escapes and in quotes.
package func quoted(_ text: String) -> String {
  "'\(printable(text, limit: 60))'"
}
