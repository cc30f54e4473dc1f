import _TestSupport
import Foundation
import Glibc
import Testing

/// A disk in memory of a few pages, which only root may mount.
final class SmallDisk {
  let path: String

  /// Whether one can be mounted here; tried once.
  static let isAvailable = (try? SmallDisk(in: Workspace())) != nil

  /// Kept until the disk is gone: a folder that is a disk cannot be removed.
  private let work: Workspace

  /// Mounts a disk on the folder `disk` of a workspace.
  init(in work: Workspace) throws {
    let path = work.path + "/disk"
    mkdir(path, 0o755)
    let code = mount("tmpfs", path, "tmpfs", 0, "size=64k")
    try #require(code == 0, "\(path): \(String(cString: strerror(errno)))")
    self.path = path
    self.work = work
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
