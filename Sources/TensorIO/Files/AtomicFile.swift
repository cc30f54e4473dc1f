internal import Glibc

/// A file that comes into being whole or not at all.
///
/// The bytes go to a temporary file in the same directory, which takes the final name only when
/// everything is on the disk. Going out of scope without ``commit(durably:)`` removes it.
public struct AtomicFile: ~Copyable {
  /// The final name.
  public let path: String
  private let target: String
  private let temporary: String
  private var descriptor: Int32

  /// Creates the temporary file, after removing those of killed processes in its directory.
  ///
  /// - Parameter path: where the file shall appear; a regular file there will be replaced, a
  ///   symbolic link followed, and anything else refused, such as a device or a directory.
  /// - Throws: `TensorFileError.unwritable`.
  public init(path: String) throws(TensorFileError) {
    let (target, permissions) = try Self.resolved(path)
    let directory = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "./"
    TemporaryFile.sweep(directory)
    guard let file = TemporaryFile(in: directory) else {
      throw .unwritable(
        path: path, reason: "cannot be created in its directory: \(systemMessage(errno))")
    }
    // A replaced file keeps its permissions; where that is not granted, the new ones will do.
    if let permissions { fchmod(file.descriptor, permissions) }
    self.path = path
    self.target = target
    self.temporary = file.path
    self.descriptor = file.descriptor
  }

  deinit {
    guard descriptor >= 0 else { return }
    // The lock goes last: nobody takes the file for a leftover while its name is there.
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

  /// Writes bytes at a place, whatever has been written where before.
  ///
  /// - Throws: `TensorFileError.unwritable`, for example when the disk is full.
  mutating func write(_ bytes: RawSpan, at offset: Int) throws(TensorFileError) {
    let failure = bytes.withUnsafeBytes { write($0, at: offset) }
    if let failure { throw self.failure("cannot be written", failure) }
  }

  /// Moves bytes towards the front; what lay there is lost.
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
  /// - Parameter durably: whether to wait until the bytes are on the disk, so that not even a power
  ///   failure leaves half a file; a killed process never does.
  /// - Throws: `TensorFileError.unwritable`; then nothing has changed at `path`.
  public consuming func commit(durably: Bool = true) throws(TensorFileError) {
    // Delayed allocation and network file systems report a full disk only now, and the latter only
    // when a descriptor is closed; another one keeps the lock until the file has its name.
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

  /// The path behind symbolic links, and the permissions of a file that is there already.
  ///
  /// Anything but a file is refused: renaming over a device would replace the device.
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

/// Writes all of `bytes` with a function that, like `write`, may take fewer, or fail and set
/// `errno`; returns the error number of a failure.
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
    // A device that takes nothing and reports nothing would keep this loop for ever.
    guard taken > 0 else { return EIO }
    rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
  }
  return nil
}

/// Writes a file whole or not at all.
///
/// - Throws: `TensorFileError.unwritable`; then nothing has changed at `path`.
public func writeAtomically(
  _ bytes: [UInt8], to path: String, durably: Bool = true
) throws(TensorFileError) {
  var file = try AtomicFile(path: path)
  try file.write(bytes.span.bytes)
  try file.commit(durably: durably)
}

/// Writes a text file in UTF-8 whole or not at all.
///
/// - Throws: `TensorFileError.unwritable`; then nothing has changed at `path`.
public func writeAtomically(
  _ text: String, to path: String, durably: Bool = true
) throws(TensorFileError) {
  try writeAtomically(Array(text.utf8), to: path, durably: durably)
}
