internal import Glibc

/// All bytes of a regular file of limited size.
///
/// It never waits: named pipes, devices, sockets and directories are refused at once.
///
/// - Parameters:
///   - path: The path; symbolic links are followed.
///   - limit: The largest number of bytes that is read.
/// - Throws: `TensorFileError.unreadable` if there is no such file, or no regular one;
///   `TensorFileError.unsupported` if it has more bytes than the limit.
package func readRegularFile(_ path: String, limit: Int) throws(TensorFileError) -> [UInt8] {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
  guard descriptor >= 0 else {
    throw .unreadable(path: path, reason: "cannot be opened: \(systemMessage(errno))")
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    let kind = status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is not a regular file"
    throw .unreadable(path: path, reason: "\(kind); expected a file")
  }
  guard status.st_size <= limit else {
    throw .unsupported(
      name: path, reason: "has \(status.st_size) bytes; expected at most \(limit)")
  }
  var failure: Int32?
  let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
    while count < buffer.count {
      let received = read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      if received < 0, errno == EINTR { continue }
      if received < 0 { failure = errno }
      // The file has become shorter in the meantime, and ends here.
      guard received > 0 else { return }
      count += received
    }
  }
  if let failure {
    throw .unreadable(path: path, reason: "cannot be read: \(systemMessage(failure))")
  }
  return bytes
}

/// The text of a regular file in UTF-8; see ``readRegularFile(_:limit:)``.
///
/// - Throws: Also `TensorFileError.malformed` if the bytes are not UTF-8.
package func readRegularTextFile(_ path: String, limit: Int) throws(TensorFileError) -> String {
  guard let text = String(validating: try readRegularFile(path, limit: limit), as: UTF8.self)
  else { throw .malformed(name: path, reason: "is not UTF-8; expected text") }
  return text
}

/// Appends text to a regular file.
///
/// Creates the file if there is none.
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
