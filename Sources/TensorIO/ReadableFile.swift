internal import Glibc

/// A regular file open for reading at any place.
///
/// Its size is taken once: everything a header claims is measured against it. Reading by position
/// leaves no cursor to share, so any number of tensors and threads can use one descriptor.
package final class ReadableFile: Sendable {
  /// The path as it was given.
  package let path: String
  /// Bytes in the file when it was opened.
  package let size: Int
  private let descriptor: Int32

  /// The last path component, for messages.
  package var name: String { String(path.split(separator: "/").last ?? Substring(path)) }

  package init(path: String) throws(TensorFileError) {
    // Without O_NONBLOCK a named pipe would hang here, before it can be refused.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw .unreadable(path: path, reason: "cannot be opened: \(systemMessage(errno))")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .unreadable(path: path, reason: "cannot be examined: \(systemMessage(code))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is not a regular file"
      throw .unreadable(path: path, reason: "\(kind); expected a file")
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Which file is open, and its state at this moment; nil where the system does not tell.
  package var version: FileVersion? { FileVersion(descriptor: descriptor) }

  /// Fills `buffer` from byte `offset` on.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(TensorFileError) {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let received = pread(descriptor, rest.baseAddress, rest.count, offset + filled)
      if received < 0 {
        if errno == EINTR { continue }
        throw .unreadable(
          path: path,
          reason: "cannot be read at byte \(offset + filled): \(systemMessage(errno))")
      }
      guard received > 0 else {
        throw .malformed(
          name: name,
          reason: "ends at byte \(offset + filled); expected \(buffer.count) bytes from byte "
            + "\(offset)")
      }
      filled += received
    }
  }

  /// The `count` bytes from `offset` on; the caller has bounded `count`.
  package func bytes(at offset: Int, count: Int) throws(TensorFileError) -> [UInt8] {
    let buffer = RawBuffer(byteCount: count)
    try read(into: buffer.bytes, at: offset)
    return Array(buffer.bytes)
  }
}

/// The system's words for an error number.
package func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}
