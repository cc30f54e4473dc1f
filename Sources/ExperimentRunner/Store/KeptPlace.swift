internal import Foundation

/// The place of a file in a folder of kept things, made free of what does not belong there.
enum KeptPlace {
  /// Makes the folders of a file and takes away what stands where one of them or the file belongs:
  /// links, pipes and the like go; what may have something in it gets another name.
  ///
  /// - Parameter root: The folder of all that is kept; it may be a link to one.
  /// - Throws: What moving something or making a folder throws.
  static func clear(_ path: String, below root: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try clear(root, forFolder: true)
    try clear(folder, forFolder: true)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try clear(path, forFolder: false)
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
