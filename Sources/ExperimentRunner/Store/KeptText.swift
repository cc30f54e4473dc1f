internal import Foundation
internal import ResultRecords
internal import TensorIO

/// A text that a run stores for later runs, in a file that is checked to be complete.
///
/// The file has its address, and ends in the SHA-256 of everything before. So a file that was
/// truncated, damaged, edited or copied from another address is detected.
struct KeptText: Sendable {
  /// The result of reading an address.
  enum Found {
    case text(String)
    case nothing
    /// A file with other contents than were stored there.
    case damaged
  }

  /// The root folder of the store.
  let root: String
  /// The path of the file below the root folder.
  let name: String
  /// The hash of everything that determines the text.
  let address: String

  private var path: String { root + "/" + name }
  private var title: String { "rangelab \(address)\n" }

  /// Reads the file; it does not block on a pipe or a device.
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

  /// Writes the file, and replaces whatever is at its path.
  ///
  /// - Throws: `TensorFileError.unwritable` and the errors of creating the folder.
  func keep(_ text: String) throws {
    try KeptPlace.clear(path, below: root)
    try writeAtomically(sealed(text), to: path, durably: false)
  }

  /// The greatest size of a text.
  private static let maximumBytes = 1 << 26
  private static let sealLength = 65

  private func sealed(_ text: String) -> String {
    title + text + ContentHash.of(title + text) + "\n"
  }
}
