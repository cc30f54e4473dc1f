internal import Glibc

/// A file that is open for reading at any offset.
///
/// Its size is read once, and all offsets and sizes in headers are checked against it. Reads give an
/// offset and have no common position, so several threads can use the same descriptor.
package final class ReadableFile: Sendable {
  /// The path as it was given; `-` is standard input.
  package let path: String
  /// The file and its state when it was opened.
  package let version: FileVersion
  /// Whether the bytes come from a pipe.
  ///
  /// They are then read from a copy that has no path.
  package let isCopy: Bool
  private let descriptor: OpenDescriptor

  /// The number of bytes in the file when it was opened.
  package var size: Int { version.size }
  /// The last path component, for messages.
  package var name: String { fileName(of: path) }

  /// Opens a regular file, or the copy of a pipe.
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

  /// Opens the same file again.
  ///
  /// - Throws: `TensorFileError.unreadable`; `.malformed` if the file has changed.
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

  /// A reference with which the file can be opened again after it is closed.
  package var reference: FileReference {
    FileReference(path: path, version: version, copy: isCopy ? descriptor : nil)
  }

  /// Throws if the file has changed since its header was read.
  package func requireUnchanged() throws(TensorFileError) {
    guard FileVersion(descriptor: descriptor.number) == version else {
      throw .malformed(
        name: name, reason: "has changed while it was in use; expected a file that nobody writes to"
      )
    }
  }

  /// The present version of the open file; nil if the system reports an error.
  package var currentVersion: FileVersion? { FileVersion(descriptor: descriptor.number) }

  /// Fills `buffer` with the bytes from `offset` on.
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

/// A file that is not open, and its version when its header was read.
///
/// The header is valid only as long as the file has this version.
///
/// A checkpoint may have more files than a process may have open, so tensors have references to files.
package struct FileReference: Sendable {
  /// The path as it was given; `-` is standard input.
  package let path: String
  /// The state of the file when its header was read.
  package let version: FileVersion
  /// The copy of a pipe, which cannot be opened again; nil for files.
  fileprivate let copy: OpenDescriptor?

  /// The last path component, for messages.
  package var name: String { fileName(of: path) }

  /// Opens the file again.
  ///
  /// - Throws: `TensorFileError`, also if the file has changed.
  package func reopened() throws(TensorFileError) -> ReadableFile { try ReadableFile(self) }
}

/// A file descriptor that is closed when the last reference to this object is gone.
final class OpenDescriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }
}

/// The message of the system for an error number.
package func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}
