internal import TensorIO

/// The text of a manifest, or of another file in YAML.
struct ManifestSource {
  /// The greatest size that is parsed; far more than a person writes.
  static let maximumBytes = 1 << 20

  let path: String
  let text: String
  let lines: [Substring]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    self.lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// The folder where relative paths in the manifest start.
  var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Reads a regular file; a named pipe or a device is refused at once.
  ///
  /// - Parameters:
  /// - path: The path of the file.
  /// - what: The word for the file in messages.
  init(path: String, what: String = "manifest") throws(ManifestError) {
    let bytes: [UInt8]
    do {
      bytes = try readRegularFile(path, limit: Self.maximumBytes)
    } catch .unreadable(_, let reason) {
      let opening = "cannot be opened: "
      let cause = reason.hasPrefix(opening) ? String(reason.dropFirst(opening.count)) : reason
      throw ManifestError(
        [Self.diagnostic(path, "cannot read the \(what): \(cause)")], isMissingFile: true)
    } catch {
      throw Self.fault(
        path, "the \(what) is too long; expected at most \(Self.maximumBytes) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Self.fault(path, "the \(what) is not text; expected UTF-8")
    }
    self.init(path: path, text: text)
  }

  private static func fault(_ path: String, _ message: String) -> ManifestError {
    ManifestError([diagnostic(path, message)])
  }

  private static func diagnostic(_ path: String, _ message: String) -> Diagnostic {
    Diagnostic(file: path, line: 0, column: 0, message: message, sourceLine: "")
  }
}
