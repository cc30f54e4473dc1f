internal import TensorIO

/// The text of a manifest file.
struct ManifestSource {
  /// More than any person writes; a limit on what is parsed.
  static let maximumBytes = 1 << 20

  let path: String
  let text: String
  let lines: [Substring]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    self.lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// The folder that relative paths in the manifest start from.
  var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Reads a file.
  init(path: String) throws(ManifestError) {
    let bytes: [UInt8]
    do throws(TensorFileError) {
      let file = try ReadableFile(path: path)
      bytes = try file.bytes(at: 0, count: min(file.size, Self.maximumBytes + 1))
    } catch {
      throw Self.unreadable(path, error)
    }
    guard bytes.count <= Self.maximumBytes else {
      throw Self.fault(
        path, "the manifest is too long; expected at most \(Self.maximumBytes) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Self.fault(path, "the manifest is not text; expected UTF-8")
    }
    self.init(path: path, text: text)
  }

  private static func unreadable(_ path: String, _ error: TensorFileError) -> ManifestError {
    var reason = if case .unreadable(_, let reason) = error { reason } else { "\(error)" }
    reason = String(reason.trimmingPrefix("cannot be opened: "))
    return ManifestError(
      [diagnostic(path, "cannot read the manifest: \(reason)")], isMissingFile: true)
  }

  private static func fault(_ path: String, _ message: String) -> ManifestError {
    ManifestError([diagnostic(path, message)])
  }

  private static func diagnostic(_ path: String, _ message: String) -> Diagnostic {
    Diagnostic(file: path, line: 0, column: 0, message: message, sourceLine: "")
  }
}
