internal import Glibc
internal import Synchronization

/// Copies of the bytes of pipes, in temporary files without names, which exist until the process ends.
///
/// A tensor is opened several times (for its shape, its hash, its values), but the bytes of a pipe
/// can be read only once.
enum PipeCopies {
  /// A copy.
  ///
  /// The pipe stays open, so that no other pipe gets the same identity.
  private struct Copy {
    let pipe: OpenDescriptor
    let contents: OpenDescriptor
  }

  private static let copies = Mutex<[FileIdentity: Copy]>([:])

  /// The copy of all bytes of a pipe.
  ///
  /// The first call makes it.
  ///
  /// The first call waits until the writer closes the pipe. Calls for other pipes wait meanwhile.
  ///
  /// - Throws: `TensorFileError.unreadable`, also if no process writes to the pipe.
  static func copy(of pipe: OpenInput, path: String) throws(TensorFileError) -> OpenDescriptor {
    guard let identity = FileVersion(descriptor: pipe.descriptor.number)?.identity else {
      throw .unreadable(path: path, reason: "cannot be examined: \(systemMessage(errno))")
    }
    return try copies.withLock { copies throws(TensorFileError) in
      if let copy = copies[identity] { return copy.contents }
      let contents = try copied(pipe.descriptor, path: path)
      copies[identity] = Copy(pipe: pipe.descriptor, contents: contents)
      return contents
    }
  }

  private static func copied(
    _ pipe: OpenDescriptor, path: String
  ) throws(TensorFileError) -> OpenDescriptor {
    let copy = try temporaryFile(for: path)
    let buffer = RawBuffer(byteCount: 1 << 18)
    var start: [UInt8] = []
    var total = 0
    var patience = path == standardInputPath ? 0 : 10
    while true {
      let received = Glibc.read(pipe.number, buffer.bytes.baseAddress, buffer.bytes.count)
      if received > 0 {
        total += received
        if start.count < FileFormat.startBytes { start += buffer.prefix(received) }
        // Text is limited here, because a writer that never ends would fill the disk.
        guard total <= NumberText.maximumBytes || FileFormat(startingWith: start) != nil else {
          throw .unsupported(
            name: fileName(of: path),
            reason: "more than \(NumberText.maximumBytes) bytes of text or of an unknown format; "
              + "expected .npy, .npz, .safetensors or less text")
        }
        let failure = writeFully(UnsafeRawBufferPointer(buffer.prefix(received))) {
          Glibc.write(copy.number, $0.baseAddress, $0.count)
        }
        if let failure {
          throw .unreadable(
            path: path,
            reason: "cannot be copied to a temporary file: \(systemMessage(failure))")
        }
      } else if received < 0, errno == EAGAIN {
        // A writer has opened the pipe and has not written yet.
        patience = 0
        var wanted = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
        poll(&wanted, 1, -1)
      } else if received < 0, errno != EINTR {
        throw .unreadable(path: path, reason: "cannot be read: \(systemMessage(errno))")
      } else if received == 0, total == 0, patience > 0 {
        // A writer that was started together with this program may open the pipe a little later.
        patience -= 1
        usleep(10_000)
      } else if received == 0 {
        guard total > 0 else {
          throw .unreadable(
            path: path,
            reason: path == standardInputPath
              ? "is empty; expected a tensor file"
              : "is a pipe that nobody writes to; expected a file or a pipe with a writer")
        }
        return copy
      }
    }
  }

  /// Creates a file without a name.
  ///
  /// The system removes it when its descriptor is closed, also if the process is killed.
  private static func temporaryFile(for path: String) throws(TensorFileError) -> OpenDescriptor {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/rangelab-XXXXXX".utf8CString)
    let number = mkstemp(&template)
    guard number >= 0 else {
      throw .unreadable(
        path: path,
        reason: "cannot be copied to a temporary file in \(printable(folder)): "
          + systemMessage(errno))
    }
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    unlink(&template)
    return OpenDescriptor(number)
  }
}
