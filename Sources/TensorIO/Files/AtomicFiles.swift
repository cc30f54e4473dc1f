internal import Glibc

/// Several files that get their final names only after all of them are written.
///
/// They are written to a hidden directory, and ``commit()`` moves them out of it. So one descriptor is
/// open, however many files there are. If the value goes out of scope before, all files are removed.
/// Those of a killed process are removed by the next process that writes there.
package struct AtomicFiles: ~Copyable {
  private struct Staged {
    let text: String
    let temporary: String
    let path: String
    let target: String
  }

  private static let prefix = ".rangelab-"
  private static let suffix = ".staged"

  private let directory: String
  /// A descriptor that holds the lock of the directory until this process ends.
  private let lock: Int32
  private var files: [Staged] = []

  /// Makes the hidden directory.
  ///
  /// - Parameter parent: The directory below which all files will be.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  package init(in parent: String) throws(TensorFileError) {
    Self.sweep(parent)
    while true {
      let tag = String(UInt64.random(in: .min ... .max), radix: 36)
      let directory = "\(parent)/\(Self.prefix)\(tag)\(Self.suffix)"
      guard mkdir(directory, 0o700) == 0 else {
        throw .unwritable(path: parent, reason: "cannot be written: \(systemMessage(errno))")
      }
      // Until the directory is locked, another process may remove it as abandoned; then a new one is
      // made.
      if let lock = Self.locked(directory) {
        (self.directory, self.lock) = (directory, lock)
        return
      }
      rmdir(directory)
    }
  }

  deinit {
    Self.remove(directory)
    close(lock)
  }

  /// Writes a file to the hidden directory.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  package mutating func add(_ text: String, to path: String) throws(TensorFileError) {
    let (target, permissions) = try AtomicFile.resolved(path)
    let temporary = "\(directory)/\(files.count)"
    try writeAtomically(text, to: temporary)
    if let permissions { chmod(temporary, permissions) }
    files.append(Staged(text: text, temporary: temporary, path: path, target: target))
  }

  /// Gives all files their final names.
  ///
  /// The file that was added first gets its name last.
  ///
  /// - Throws: `TensorFileError.unwritable`; files that were moved before the failure stay.
  package consuming func commit() throws(TensorFileError) {
    for file in files.reversed() where rename(file.temporary, file.target) != 0 {
      let code = errno
      guard code == EXDEV else {
        throw .unwritable(
          path: file.path, reason: "cannot be replaced: \(systemMessage(code))")
      }
      // The file cannot be moved to a directory on another file system; it is written again there.
      try writeAtomically(file.text, to: file.path)
    }
  }

  /// A descriptor that holds the lock of a directory; nil if another process holds it, or if the
  /// directory does not exist.
  private static func locked(_ directory: String) -> Int32? {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    // A file system without locks has no removal of abandoned files either.
    let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    guard !isTaken, fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private static func sweep(_ parent: String) {
    for name in names(in: parent) where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      guard let lock = locked("\(parent)/\(name)") else { continue }
      remove("\(parent)/\(name)")
      close(lock)
    }
  }

  private static func remove(_ directory: String) {
    for name in names(in: directory) { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }

  private static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
