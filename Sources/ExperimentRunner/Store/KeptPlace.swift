internal import Foundation
internal import Synchronization

/// Clears the path of a stored file.
enum KeptPlace {
  /// Paths are cleared one at a time: a worker must not remove the folder that another has just created.
  private static let turn = Mutex(())

  /// Creates the folders of a file, and removes whatever is not a folder or a file at their paths.
  ///
  /// Links, pipes and the like are deleted; anything that may have contents is renamed.
  ///
  /// - Parameter root: The root folder of the store; it may be a link to a folder.
  /// - Throws: The errors of moving a file or creating a folder.
  static func clear(_ path: String, below root: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try turn.withLock { _ in
      try clear(root, forFolder: true)
      try clear(folder, forFolder: true)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try clear(path, forFolder: false)
    }
  }

  private static func clear(_ path: String, forFolder: Bool) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    switch (status.st_mode & S_IFMT, forFolder) {
    case (S_IFREG, false), (S_IFDIR, true): return
    case (S_IFLNK, true) where isFolder(path): return
    case (S_IFREG, true), (S_IFDIR, false):
      guard rmdir(path) != 0 else { return }
      try FileManager.default.moveItem(atPath: path, toPath: "\(path).\(UUID().uuidString)")
    default: unlink(path)
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
