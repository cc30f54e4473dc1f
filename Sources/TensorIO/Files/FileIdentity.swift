internal import Glibc

/// Which file a path leads to: two paths of one identity are one file under two names.
package struct FileIdentity: Hashable, Sendable {
  /// The device the file lies on.
  package let device: UInt64
  /// The number of the file on its device.
  package let inode: UInt64

  /// The file behind `path`, through symbolic links; nil where there is none.
  package init?(path: String) {
    guard let version = FileVersion(path: path) else { return nil }
    self = version.identity
  }

  fileprivate init(_ status: stat) {
    (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
  }
}

/// Which file a path leads to, and in what state.
///
/// Equal versions at two times say that nobody has replaced the file or written to it in between:
/// the system sets the time of change at every write and at every rename, and no program sets
/// it. Its clock ticks some hundred times a second; two writes within a tick that leave the size
/// alone look like one.
package struct FileVersion: Hashable, Sendable {
  /// A time since 1970, as the system keeps it.
  package struct Timestamp: Hashable, Sendable {
    package let seconds: Int
    package let nanoseconds: Int

    fileprivate init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }
  }

  package let identity: FileIdentity
  /// The bytes in the file.
  package let size: Int
  /// When the contents were last written; programs can set it.
  package let modified: Timestamp
  /// When the contents, the name or the permissions last changed.
  package let changed: Timestamp

  /// The state of the file behind `path`, through symbolic links; nil where there is none.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The state of an open file; nil where the system does not tell.
  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Whether the last change is long enough ago for another one to show in the times.
  ///
  /// - Returns: False for a file of the last tenth of a second, ten ticks of the slowest clock.
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
