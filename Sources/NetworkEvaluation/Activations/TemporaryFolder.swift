internal import Foundation

/// A folder that is removed with everything in it when nobody holds it any more.
package final class TemporaryFolder: Sendable {
  /// Where it is.
  package let path: String

  /// Creates a folder.
  ///
  /// - Parameter parent: Where; the system's place for temporary files if nothing is given.
  /// - Throws: ``NetworkDataError``.
  package init(in parent: String? = nil) throws(NetworkDataError) {
    let parent = parent ?? FileManager.default.temporaryDirectory.path
    path = "\(parent)/rangelab-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw NetworkDataError("\(path): the folder cannot be created: \(error.localizedDescription)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
