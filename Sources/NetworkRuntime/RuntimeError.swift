/// What goes wrong between RangeLab and ONNX Runtime.
package enum RuntimeError: Error, Equatable, CustomStringConvertible {
  /// No library was found at any of the places, which are in the order of the search.
  case libraryMissing(looked: [String])
  /// There is a library, but it cannot be used.
  case libraryUnusable(path: String, reason: String)
  /// ONNX Runtime refused a call: its own code and message.
  case failed(code: Int32, message: String)
  /// A value does not fit its shape, or is not of the kind that is read.
  case unsuitable(String)

  /// One line that says what is wrong and, where that is known, what to do.
  package var description: String {
    switch self {
    case .libraryMissing(let looked):
      "ONNX Runtime is not here: run `make onnxruntime`, or `pip install onnxruntime` and set "
        + "RANGELAB_ONNXRUNTIME to its file or folder; looked for \(LibrarySearch.plainNames[0]) in "
        + looked.map { oneLine($0, limit: 200) }.joined(separator: ", ")
    case .libraryUnusable(let path, let reason):
      "\(oneLine(path, limit: 200)) is no usable ONNX Runtime: \(oneLine(reason))"
    case .failed(let code, let message):
      "ONNX Runtime: \(message) (\(Self.name(of: code)))"
    case .unsuitable(let message): message
    }
  }

  /// The name of a code of ONNX Runtime.
  private static func name(of code: Int32) -> String {
    let names = [
      "no error", "failure", "invalid argument", "no such file", "no model", "engine error",
      "runtime exception", "invalid protobuf", "model loaded", "not implemented", "invalid graph",
      "execution provider failure",
    ]
    return names.indices.contains(Int(code)) ? names[Int(code)] : "code \(code)"
  }
}

/// A text from outside as one line: control characters are escaped, and its middle is left out when
/// it is longer than a limit.
///
/// Messages quote names from the model file, which may hold anything.
///
/// - Parameters:
///   - text: Any text.
///   - limit: The most Unicode scalars that are kept.
func oneLine(_ text: String, limit: Int = 600) -> String {
  let trimmed = text.unicodeScalars.trimmedEnd { $0 == "\n" || $0 == " " }
  var line = String.UnicodeScalarView()
  for scalar in trimmed {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      line.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
    default: line.append(scalar)
    }
  }
  guard line.count > limit else { return String(line) }
  // Both ends tell most: the operator or file stands first, the reason last.
  return "\(String(line.prefix(limit / 2))) ... \(String(line.suffix(limit / 2)))"
}

extension String.UnicodeScalarView {
  /// These scalars without those at the end that match.
  fileprivate func trimmedEnd(_ matches: (Unicode.Scalar) -> Bool) -> SubSequence {
    var end = endIndex
    while end > startIndex, matches(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}
