internal import Glibc

/// The bytes of a regular file that is small enough to be held.
///
/// Never waits: a named pipe, a device, a socket or a directory is refused at once.
///
/// - Parameters:
///   - path: Where it is; symbolic links are followed.
///   - limit: More bytes than any good file of the kind has.
/// - Throws: `TensorFileError.unreadable` where there is no such file or where it is no regular one,
///   `TensorFileError.unsupported` where it is too long.
package func readRegularFile(_ path: String, limit: Int) throws(TensorFileError) -> [UInt8] {
  let file = try ReadableFile(path: path)
  guard file.size <= limit else {
    throw .unsupported(
      name: path, reason: "has \(file.size) bytes; expected at most \(limit)")
  }
  return try file.bytes(at: 0, count: file.size)
}

/// The text of a regular file in UTF-8; see ``readRegularFile(_:limit:)``.
///
/// - Throws: Also `TensorFileError.malformed` where the bytes are not UTF-8.
package func readRegularTextFile(_ path: String, limit: Int) throws(TensorFileError) -> String {
  guard let text = String(validating: try readRegularFile(path, limit: limit), as: UTF8.self)
  else { throw .malformed(name: path, reason: "is not UTF-8; expected text") }
  return text
}

/// Puts text at the end of a regular file, which is made where there is none.
///
/// - Throws: `TensorFileError.unwritable`; a named pipe is refused at once.
package func appendToRegularFile(_ text: String, _ path: String) throws(TensorFileError) {
  func failure(_ reason: String) -> TensorFileError { .unwritable(path: path, reason: reason) }
  let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
  guard descriptor >= 0 else { throw failure("cannot be opened: \(systemMessage(errno))") }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    throw failure("is not a regular file; expected a file")
  }
  let code = Array(text.utf8).withUnsafeBytes { bytes in
    writeFully(bytes) { write(descriptor, $0.baseAddress, $0.count) }
  }
  if let code { throw failure("cannot be written: \(systemMessage(code))") }
}
