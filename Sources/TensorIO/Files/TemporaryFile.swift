internal import Glibc
internal import Synchronization

/// A temporary file in the directory of the final file.
///
/// It is locked until its process ends.
///
/// If the process is killed, the system releases the lock. So a temporary file without a lock is
/// abandoned, and the next process that writes to its directory removes it.
struct TemporaryFile {
  let path: String
  /// A descriptor that is open for writing and holds the lock.
  let descriptor: Int32

  private static let prefix = ".rangelab-"
  private static let suffix = ".tmp"

  /// Creates a file with a new name; nil, with `errno` set, on failure.
  ///
  /// - Parameter directory: The directory, with a slash at its end.
  init?(in directory: String) {
    while true {
      let tag = String(UInt64.random(in: .min ... .max), radix: 36)
      let path = directory + Self.prefix + tag + Self.suffix
      let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { return nil }
      // A file system without locks has no removal of abandoned files either. Before the file is
      // locked, another process may remove it as abandoned; then a new one is made.
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

  /// The directories from which this process has removed abandoned files.
  private static let swept = Mutex<Set<ExactName>>([])

  /// Removes the abandoned temporary files of a directory.
  ///
  /// A process does so once for each directory.
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

  /// Removes a file that no process has locked.
  ///
  /// Links are not followed, and opening never waits for a pipe or a device.
  private static func removeIfAbandoned(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    // Network file systems can lock a file only if it is open for writing. If it cannot be written, it
    // is opened for reading.
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
