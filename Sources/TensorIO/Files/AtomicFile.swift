internal import Glibc

/// A file that is written completely or not at all.
///
/// The bytes go to a temporary file in the same directory, which ``commit(durably:)`` renames once
/// all of them are on the disk. If the value goes out of scope before, the temporary file is
/// removed.
public struct AtomicFile: ~Copyable {
  /// The final name.
  public let path: String
  private let target: String
  private let temporary: String
  private var descriptor: Int32

  /// Creates the temporary file.
  ///
  /// Also removes temporary files of killed processes in its directory.
  ///
  /// - Parameter path: The final path. A regular file there will be replaced; symbolic links are
  ///   followed; anything else, such as a device or a directory, is refused.
  /// - Throws: `TensorFileError.unwritable`.
  public init(path: String) throws(TensorFileError) {
    let (target, permissions) = try Self.resolved(path)
    let directory = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "./"
    TemporaryFile.sweep(directory)
    guard let file = TemporaryFile(in: directory) else {
      throw .unwritable(
        path: path, reason: "cannot be created in its directory: \(systemMessage(errno))")
    }
    // The new file gets the permissions of the one it replaces. It is no error if the system refuses.
    if let permissions { fchmod(file.descriptor, permissions) }
    self.path = path
    self.target = target
    self.temporary = file.path
    self.descriptor = file.descriptor
  }

  deinit {
    guard descriptor >= 0 else { return }
    // The name is removed before the lock, so that no process takes the file for an abandoned one.
    unlink(temporary)
    close(descriptor)
  }

  /// Appends bytes.
  ///
  /// - Throws: `TensorFileError.unwritable`, for example when the disk is full.
  public mutating func write(_ bytes: RawSpan) throws(TensorFileError) {
    let descriptor = descriptor
    let failure = bytes.withUnsafeBytes { bytes in
      writeFully(bytes) { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
    if let failure { throw self.failure("cannot be written", failure) }
  }

  /// Writes bytes at an offset, independent of other writes.
  ///
  /// - Throws: `TensorFileError.unwritable`, for example when the disk is full.
  mutating func write(_ bytes: RawSpan, at offset: Int) throws(TensorFileError) {
    let failure = bytes.withUnsafeBytes { write($0, at: offset) }
    if let failure { throw self.failure("cannot be written", failure) }
  }

  /// Moves bytes towards the front, over the bytes there.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  mutating func move(_ count: Int, from source: Int, to target: Int) throws(TensorFileError) {
    guard source != target else { return }
    let buffer = RawBuffer(byteCount: min(count, 1 << 20))
    var moved = 0
    while moved < count {
      let part = buffer.prefix(min(buffer.bytes.count, count - moved))
      let received = pread(descriptor, part.baseAddress, part.count, source + moved)
      guard received > 0 else { throw failure("cannot be read", received < 0 ? errno : EIO) }
      let bytes = UnsafeRawBufferPointer(rebasing: part[..<received])
      if let failure = write(bytes, at: target + moved) {
        throw self.failure("cannot be written", failure)
      }
      moved += received
    }
  }

  /// Ends the file after `count` bytes.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  mutating func cut(to count: Int) throws(TensorFileError) {
    guard ftruncate(descriptor, count) == 0 else { throw failure("cannot be written", errno) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32? {
    var offset = offset
    return writeFully(bytes) { rest in
      let taken = pwrite(descriptor, rest.baseAddress, rest.count, offset)
      offset += max(0, taken)
      return taken
    }
  }

  /// Gives the file its final name.
  ///
  /// - Parameter durably: Whether to wait until the bytes are on the disk. Otherwise a power
  ///   failure may leave an incomplete file; a killed process never does.
  /// - Throws: `TensorFileError.unwritable`; then nothing has changed at `path`.
  public consuming func commit(durably: Bool = true) throws(TensorFileError) {
    // File systems with delayed allocation report a full disk only now, and network file systems only
    // when a descriptor is closed. A second descriptor holds the lock until the file has its name.
    guard !durably || fsync(descriptor) == 0 else { throw failure("cannot be written", errno) }
    let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard duplicate >= 0, close(duplicate) == 0 else { throw failure("cannot be written", errno) }
    guard rename(temporary, target) == 0 else { throw failure("cannot be replaced", errno) }
    close(descriptor)
    descriptor = -1
  }

  private borrowing func failure(_ reason: String, _ code: Int32) -> TensorFileError {
    .unwritable(path: path, reason: "\(reason): \(systemMessage(code))")
  }

  /// The path with symbolic links followed, and the permissions of the file that exists there.
  ///
  /// Anything but a regular file is refused: renaming to the path of a device would replace the device.
  static func resolved(
    _ path: String
  ) throws(TensorFileError) -> (path: String, permissions: mode_t?) {
    var status = stat()
    guard stat(path, &status) == 0 else { return (path, nil) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is not a regular file"
      throw .unwritable(path: path, reason: "\(kind); expected a file or a free name")
    }
    let permissions = status.st_mode & 0o777
    guard let real = realpath(path, nil) else { return (path, permissions) }
    defer { free(real) }
    return (String(cString: real), permissions)
  }
}

/// Writes all of `bytes` with a function like the system call `write`, which may write only some of
/// them, or fail and set `errno`.
///
/// Returns the error number of a failure, or nil.
package func writeFully(
  _ bytes: UnsafeRawBufferPointer, with write: (UnsafeRawBufferPointer) -> Int
) -> Int32? {
  var rest = bytes
  while !rest.isEmpty {
    let taken = write(rest)
    if taken < 0 {
      if errno == EINTR { continue }
      return errno
    }
    // A device that writes no bytes and reports no error would keep this loop running.
    guard taken > 0 else { return EIO }
    rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
  }
  return nil
}

/// Writes a file completely or not at all.
///
/// - Throws: `TensorFileError.unwritable`; then nothing has changed at `path`.
public func writeAtomically(
  _ bytes: [UInt8], to path: String, durably: Bool = true
) throws(TensorFileError) {
  var file = try AtomicFile(path: path)
  try file.write(bytes.span.bytes)
  try file.commit(durably: durably)
}

/// Writes a text file in UTF-8, completely or not at all.
///
/// - Throws: `TensorFileError.unwritable`; then nothing has changed at `path`.
public func writeAtomically(
  _ text: String, to path: String, durably: Bool = true
) throws(TensorFileError) {
  try writeAtomically(Array(text.utf8), to: path, durably: durably)
}
