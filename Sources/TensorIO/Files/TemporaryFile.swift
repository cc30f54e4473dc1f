internal import Glibc
internal import Synchronization

/// A new file beside the one it shall become, locked as long as its process lives.
///
/// The system gives the lock up when the process is killed. A temporary file that can be locked is
/// therefore nobody's, and the next process that writes in its directory removes it.
struct TemporaryFile {
  let path: String
  /// Open for writing; the lock belongs to it.
  let descriptor: Int32

  private static let prefix = ".rangelab-"
  private static let suffix = ".tmp"

  /// Creates a file of a new name; nil, with `errno` set, where that cannot be done.
  ///
  /// - Parameter directory: the directory with a slash at its end.
  init?(in directory: String) {
    while true {
      let tag = String(UInt64.random(in: .min ... .max), radix: 36)
      let path = directory + Self.prefix + tag + Self.suffix
      let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return nil }
      // A file system without locks has no sweeping either. Between creation and lock another
      // process may be sweeping the file away; then a new one is made.
      var status = stat()
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, fstat(descriptor, &status) != 0 || status.st_nlink > 0 {
        (self.path, self.descriptor) = (path, descriptor)
        return
      }
      unlink(path)
      close(descriptor)
    }
  }

  /// The directories that this process has looked through.
  private static let swept = Mutex<Set<ExactName>>([])

  /// Removes temporary files whose processes are gone; looks at a directory once in a process.
  static func sweep(_ directory: String) {
    guard swept.withLock({ $0.insert(ExactName(directory)).inserted }) else { return }
    guard let stream = opendir(directory) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if isTemporary(name) { removeIfAbandoned(directory + name) }
    }
  }

  private static func isTemporary(_ name: String) -> Bool {
    guard let rest = name.removing(suffix: suffix), rest.hasPrefix(prefix) else { return false }
    let tag = rest.dropFirst(prefix.count)
    return (1...13).contains(tag.count)
      && tag.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
  }

  /// Removes a file that nobody has locked.
  ///
  /// A link is not followed, and a pipe or a device never waited for.
  private static func removeIfAbandoned(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    // Network file systems lock what is open for writing only, and a file may be for reading only.
    let flags = O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC
    var descriptor = Glibc.open(path, O_RDWR | flags)
    if descriptor < 0 { descriptor = Glibc.open(path, O_RDONLY | flags) }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return }
    unlink(path)
  }
}
