internal import Glibc

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
    guard let file = fopen(path, "rb") else {
      throw Self.unreadable(path, errno)
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: Self.maximumBytes + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else { throw Self.unreadable(path, errno) }
    guard count <= Self.maximumBytes else {
      throw Self.fault(
        path, "the manifest is too long; expected at most \(Self.maximumBytes) bytes")
    }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
      throw Self.fault(path, "the manifest is not text; expected UTF-8")
    }
    self.init(path: path, text: text)
  }

  private static func unreadable(_ path: String, _ code: Int32) -> ManifestError {
    let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
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
