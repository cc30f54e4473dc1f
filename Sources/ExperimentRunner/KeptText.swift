internal import Foundation
internal import ResultRecords
internal import TensorIO

/// A text that a run keeps for later ones, in a file that is known to be whole and its own.
///
/// The file says at which address it belongs and ends in the SHA-256 of all before: one that was cut
/// off, damaged, edited or copied from another address is told from what was kept.
struct KeptText: Sendable {
  /// What is at an address.
  enum Found {
    case text(String)
    case nothing
    /// Something that was not kept there, or not like that.
    case damaged
  }

  /// The folder of all that is kept.
  let root: String
  /// The path of the file below the folder.
  let name: String
  /// The hash of everything that determines the text.
  let address: String

  private var path: String { root + "/" + name }
  private var title: String { "rangelab \(address)\n" }

  /// Reads the file; never waits for what is no file.
  func read() -> Found {
    var status = stat()
    guard lstat(path, &status) == 0 else { return errno == ENOENT ? .nothing : .damaged }
    guard let file = try? ReadableFile(path: path), file.size <= Self.maximumBytes,
      let bytes = try? file.bytes(at: 0, count: file.size),
      let text = String(validating: bytes, as: UTF8.self), text.utf8.starts(with: title.utf8)
    else { return .damaged }
    let body = text.utf8.dropFirst(title.utf8.count).dropLast(Self.sealLength)
    let kept = String(decoding: body, as: UTF8.self)
    return sealed(kept).utf8.elementsEqual(text.utf8) ? .text(kept) : .damaged
  }

  /// Writes the file, in place of whatever is there.
  ///
  /// - Throws: `TensorFileError.unwritable` and what making the folder throws.
  func keep(_ text: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try Self.clear(root, forFolder: true)
    try Self.clear(folder, forFolder: true)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Self.clear(path, forFolder: false)
    try writeAtomically(sealed(text), to: path, durably: false)
  }

  /// More than is ever kept.
  private static let maximumBytes = 1 << 26
  private static let sealLength = 65

  private func sealed(_ text: String) -> String {
    title + text + ContentHash.of(title + text) + "\n"
  }

  /// Takes away what stands where a folder or a file belongs: links, pipes and the like go; what may
  /// have something in it gets another name.
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
