internal import Foundation

/// A folder for one test, gone when the test is.
package final class Workspace: Sendable {
  /// The absolute path of the folder.
  package let path: String

  /// Makes an empty folder under a name that no other test has: tests run side by side.
  package init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("rangelab-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The absolute path of a file, which need not exist.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes bytes to a file; makes the folders above it.
  package func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let file = URL(filePath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Writes text to a file in UTF-8; makes the folders above it.
  package func write(_ text: String, to name: String) throws { try write(text.utf8, to: name) }

  /// The bytes of a file.
  package func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path(name))))
  }

  /// The text of a file in UTF-8.
  package func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  /// Whether there is a file or a folder of this name.
  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// The names in a folder, sorted; hidden ones too.
  package func names(in folder: String = ".") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
  }
}
