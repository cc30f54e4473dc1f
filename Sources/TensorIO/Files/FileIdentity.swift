internal import Glibc

/// The identity of a file: two paths with equal identities are names of the same file.
package struct FileIdentity: Hashable, Sendable {
  /// The device that the file is on.
  package let device: UInt64
  /// The number of the file on its device.
  package let inode: UInt64

  /// The identity of the file at `path`, with symbolic links followed; nil if there is none.
  package init?(path: String) {
    guard let version = FileVersion(path: path) else { return nil }
    self = version.identity
  }

  fileprivate init(_ status: stat) {
    (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
  }
}

/// The identity of a file, and its state at some time.
///
/// Equal versions at two times mean that the file was neither replaced nor written to in between.
/// The system sets the time of change at every write and every rename, and programs cannot set it.
/// Its clock ticks about a hundred times a second, so a second write within a tick that keeps the
/// size is not noticed.
package struct FileVersion: Hashable, Sendable {
  /// A time since 1970, in seconds and nanoseconds.
  package struct Timestamp: Hashable, Sendable {
    package let seconds: Int
    package let nanoseconds: Int

    fileprivate init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }
  }

  package let identity: FileIdentity
  /// The number of bytes in the file.
  package let size: Int
  /// The time of the last write; programs can set it.
  package let modified: Timestamp
  /// The time of the last change of contents, name or permissions.
  package let changed: Timestamp

  /// The version of the file at `path`, with symbolic links followed; nil if there is none.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The version of an open file; nil if the system reports an error.
  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Whether a further change of the file would have another time of change than the last one.
  ///
  /// - Returns: False if the last change is less than a tenth of a second ago: ten ticks of the slowest
  ///   clock.
  package var isSettled: Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let seconds = now.tv_sec - changed.seconds
    let nanoseconds = now.tv_nsec - changed.nanoseconds
    return seconds > 1 || seconds * 1_000_000_000 + nanoseconds > 100_000_000
  }

  private init(_ status: stat) {
    identity = FileIdentity(status)
    size = Int(status.st_size)
    modified = Timestamp(status.st_mtim)
    changed = Timestamp(status.st_ctim)
  }
}
