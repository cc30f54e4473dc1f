internal import Foundation

/// An .npy file of Floats that grows by pieces, whose number of elements is known only at the end.
///
/// For files that are read again by the program that writes them: it is no file of the format before
/// ``finish()``, and no file is open between two calls, so that many may grow at once.
package final class NPYAppender {
  /// The file.
  package let path: String
  /// The number of elements so far.
  package private(set) var count = 0

  /// Room for the header of a file of any size.
  private static let headerBytes = 128

  /// Creates the file, or empties it.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  package init(path: String) throws(TensorFileError) {
    self.path = path
    guard
      FileManager.default.createFile(
        atPath: path, contents: Data(count: Self.headerBytes),
        attributes: [.posixPermissions: 0o600])
    else { throw .unwritable(path: path, reason: "cannot be created") }
  }

  /// Appends elements.
  ///
  /// - Throws: `TensorFileError.unwritable`, for example when the disk is full.
  package func append(_ values: Span<Float>) throws(TensorFileError) {
    let bytes = values.withUnsafeBytes { Data($0) }
    try write { file in
      try file.seekToEnd()
      try file.write(contentsOf: bytes)
    }
    count += values.count
  }

  /// Writes the header: one axis of all elements.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  package func finish() throws(TensorFileError) {
    var header = Array("\u{1}NUMPY".utf8)
    header[0] = 0x93
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count),), }"
    let length = Self.headerBytes - 10
    header += [1, 0, UInt8(length), 0]
    header += Array(text.utf8)
    header += [UInt8](repeating: 0x20, count: Self.headerBytes - 1 - header.count) + [0x0A]
    try write { try $0.write(contentsOf: Data(header)) }
  }

  private func write(_ body: (FileHandle) throws -> Void) throws(TensorFileError) {
    do {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? file.close() }
      try body(file)
    } catch {
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
  }
}
