internal import Glibc

/// An open input: a regular file, or a pipe that can be read.
struct OpenInput {
  let descriptor: OpenDescriptor
  /// Whether it is a pipe, whose bytes can be read only once.
  let isPipe: Bool

  /// Opens a path without waiting.
  ///
  /// - Throws: `TensorFileError.unreadable`, also if the path is neither a regular file nor a pipe.
  init(path: String) throws(TensorFileError) {
    let isStandardInput = path == standardInputPath
    var status = stat()
    if !isStandardInput {
      // Opening a device can have an effect, so the kind of file is checked before.
      guard stat(path, &status) == 0 else {
        throw .unreadable(path: path, reason: "cannot be opened: \(systemMessage(errno))")
      }
      try Self.requireReadableKind(status, path: path, isStandardInput: false)
    }
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let number =
      isStandardInput
      ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
      : Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard number >= 0 else {
      throw .unreadable(path: path, reason: "cannot be opened: \(systemMessage(errno))")
    }
    descriptor = OpenDescriptor(number)
    guard fstat(number, &status) == 0 else {
      throw .unreadable(path: path, reason: "cannot be examined: \(systemMessage(errno))")
    }
    try Self.requireReadableKind(status, path: path, isStandardInput: isStandardInput)
    isPipe = status.st_mode & S_IFMT != S_IFREG
  }

  /// Throws if the input is neither a regular file nor a pipe.
  ///
  /// Standard input may also be a socket, because programs often connect their child processes by
  /// sockets.
  private static func requireReadableKind(
    _ status: stat, path: String, isStandardInput: Bool
  ) throws(TensorFileError) {
    let kind: String
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFIFO: return
    case S_IFSOCK:
      if isStandardInput { return }
      kind = "a socket"
    case S_IFDIR: kind = "a directory"
    case S_IFCHR where isStandardInput && isatty(STDIN_FILENO) == 1: kind = "a terminal"
    default: kind = "a device"
    }
    throw .unreadable(path: path, reason: "is \(kind); expected a file or a pipe")
  }
}
