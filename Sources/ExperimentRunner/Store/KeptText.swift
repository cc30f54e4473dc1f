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
    try KeptPlace.clear(path, below: root)
    try writeAtomically(sealed(text), to: path, durably: false)
  }

  /// More than is ever kept.
  private static let maximumBytes = 1 << 26
  private static let sealLength = 65

  private func sealed(_ text: String) -> String {
    title + text + ContentHash.of(title + text) + "\n"
  }
}
