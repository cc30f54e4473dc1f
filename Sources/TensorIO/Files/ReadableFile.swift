internal import Glibc

/// A file open for reading at any place.
///
/// Its size is taken once: everything a header claims is measured against it. Reading by position
/// leaves no cursor to share, so any number of threads can use one descriptor.
package final class ReadableFile: Sendable {
  /// The path as it was given; `-` is standard input.
  package let path: String
  /// The file and its state when it was opened.
  package let version: FileVersion
  /// Whether the bytes came through a pipe: they lie in a copy, which no path leads to.
  package let isCopy: Bool
  private let descriptor: OpenDescriptor

  /// Bytes in the file when it was opened.
  package var size: Int { version.size }
  /// The last path component, for messages.
  package var name: String { fileName(of: path) }

  /// Opens a regular file, or copies what comes through a pipe.
  ///
  /// Devices, directories, sockets and pipes without a writer are refused at once.
  ///
  /// - Throws: `TensorFileError.unreadable`.
  package init(path: String) throws(TensorFileError) {
    self.path = path
    let input = try OpenInput(path: path)
    if input.isPipe {
      descriptor = try PipeCopies.copy(of: input, path: path)
    } else {
      descriptor = input.descriptor
    }
    isCopy = input.isPipe
    guard let version = FileVersion(descriptor: descriptor.number) else {
      throw .unreadable(path: path, reason: "cannot be examined: \(systemMessage(errno))")
    }
    self.version = version
  }

  /// The same file again, if it still is the same.
  ///
  /// - Throws: `TensorFileError.unreadable`, and `.malformed` where it has changed.
  fileprivate init(_ reference: FileReference) throws(TensorFileError) {
    path = reference.path
    version = reference.version
    isCopy = reference.copy != nil
    if let copy = reference.copy {
      descriptor = copy
    } else {
      descriptor = try OpenInput(path: reference.path).descriptor
    }
    try requireUnchanged()
  }

  /// How the file can be found again once this is gone.
  package var reference: FileReference {
    FileReference(path: path, version: version, copy: isCopy ? descriptor : nil)
  }

  /// Checks that nobody has written to the file since its header was read.
  package func requireUnchanged() throws(TensorFileError) {
    guard FileVersion(descriptor: descriptor.number) == version else {
      throw .malformed(
        name: name, reason: "has changed while it was in use; expected a file that nobody writes to"
      )
    }
  }

  /// The state of the open file at this moment; nil where the system does not tell.
  package var currentVersion: FileVersion? { FileVersion(descriptor: descriptor.number) }

  /// Fills `buffer` from byte `offset` on.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(TensorFileError) {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let received = pread(descriptor.number, rest.baseAddress, rest.count, offset + filled)
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

/// A file that is closed, and the state it was in: what a header said of it stays true only as
/// long as the file is the same.
///
/// A checkpoint may have more files than a process may hold open, so tensors keep one of these.
package struct FileReference: Sendable {
  /// The path as it was given; `-` is standard input.
  package let path: String
  /// The state of the file when its header was read.
  package let version: FileVersion
  /// What came through a pipe, which cannot be opened twice.
  fileprivate let copy: OpenDescriptor?

  /// The last path component, for messages.
  package var name: String { fileName(of: path) }

  /// Opens the file again.
  ///
  /// - Throws: `TensorFileError`, also where the file has changed.
  package func reopened() throws(TensorFileError) -> ReadableFile { try ReadableFile(self) }
}

/// A file descriptor that is closed with its last user.
final class OpenDescriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }
}

/// The system's words for an error number.
package func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}
