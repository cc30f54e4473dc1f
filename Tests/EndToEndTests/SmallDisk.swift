import Foundation
import Glibc
import Testing

/// A disk in memory of a few pages, which only root may mount.
final class SmallDisk {
  let path: String

  /// Whether one can be mounted here; tried once.
  static let isAvailable: Bool = {
    guard let path = try? Workspace().path + "-try", mkdir(path, 0o755) == 0 else { return false }
    defer { rmdir(path) }
    return (try? SmallDisk(on: path)) != nil
  }()

  /// Mounts a disk on a new or empty folder.
  init(on path: String) throws {
    mkdir(path, 0o755)
    let code = mount("tmpfs", path, "tmpfs", 0, "size=64k")
    try #require(code == 0, "\(path): \(String(cString: strerror(errno)))")
    self.path = path
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }

  /// Writes a file until nothing more fits; folders and empty files still can be made.
  func fill() throws {
    let descriptor = open(path + "/filler", O_WRONLY | O_CREAT, 0o644)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let page = [UInt8](repeating: 1, count: 4096)
    while write(descriptor, page, page.count) > 0 {}
    try #require(errno == ENOSPC)
  }

  /// Removes what ``fill()`` wrote.
  func makeRoom() { unlink(path + "/filler") }
}
