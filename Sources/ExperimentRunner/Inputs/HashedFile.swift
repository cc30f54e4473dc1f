internal import Foundation
internal import ResultRecords
internal import Synchronization
package import TensorIO

/// A file with the hash of its contents, and the check that what is read later is what was hashed.
///
/// Results stand under the hash of their input. Were the file replaced while a run is under way,
/// the results of the new contents would be taken for those of the old ones ever after.
///
/// Reading lies between ``check()`` and ``confirm(_:is:)``. Both compare the version of the file, as
/// the system keeps it, and read no contents as long as that stays the same. Two writes within one
/// tick of the system's clock look like one, so a version that is younger than two seconds when the
/// contents are hashed proves nothing: then, and where the version differs, they are hashed again.
package final class HashedFile: Sendable {
  /// The path of the file.
  package let path: String
  /// SHA-256 of its contents.
  package let hash: String
  /// The version that is known to have these contents; nil where it is too young to tell.
  private let settled: Mutex<FileVersion?>
  private let secondsToSettle: Double

  /// Hashes a file.
  ///
  /// - Parameter secondsToSettle: How old a change must be for its time to tell it from a later one.
  /// - Throws: What opening or reading the file throws.
  package init(path: String, secondsToSettle: Double = 2) throws(TensorFileError) {
    let file = try ReadableFile(path: path)
    let before = Moment(file)
    self.path = path
    self.secondsToSettle = secondsToSettle
    hash = try Self.hash(of: file)
    settled = Mutex(
      file.currentVersion == before.version ? before.settled(after: secondsToSettle) : nil)
  }

  /// Makes sure that the path leads to the contents that were hashed.
  ///
  /// - Returns: The version of the file that is to be read.
  /// - Throws: ``TensorFileError`` where the file has changed or cannot be opened any more.
  package func check() throws(TensorFileError) -> FileVersion {
    let file: ReadableFile
    do throws(TensorFileError) {
      file = try ReadableFile(path: path)
    } catch {
      guard case .unreadable(_, let reason) = error else { throw error }
      throw changed(": \(reason)")
    }
    guard let version = try version(of: file) else { throw changed() }
    return version
  }

  /// Makes sure that a file that has been read was all the time what ``check()`` found.
  ///
  /// - Parameter found: The version of the file that was read.
  /// - Throws: ``TensorFileError`` where it was another, or was written to in between.
  package func confirm(_ found: FileVersion, is version: FileVersion) throws(TensorFileError) {
    guard found == version else { throw changed() }
    guard try check() == version else { throw changed() }
  }

  /// The version of an open file that has the contents; nil where it has others.
  private func version(of file: ReadableFile) throws(TensorFileError) -> FileVersion? {
    let before = Moment(file)
    guard let version = before.version else { return nil }
    if settled.withLock({ $0 == version }) { return version }
    let hash: String
    do throws(TensorFileError) {
      hash = try Self.hash(of: file)
    } catch .malformed {
      return nil  // shorter than when it was opened
    }
    guard hash == self.hash, file.currentVersion == version else { return nil }
    if let known = before.settled(after: secondsToSettle) { settled.withLock { $0 = known } }
    return version
  }

  /// The version of a file, and when it was looked at.
  private struct Moment {
    let version: FileVersion?
    private let seconds = Date.now.timeIntervalSince1970

    init(_ file: ReadableFile) { version = file.currentVersion }

    /// The version, if every later change must show in it.
    func settled(after age: Double) -> FileVersion? {
      guard let version else { return nil }
      let changed = Double(version.changed.seconds) + Double(version.changed.nanoseconds) * 1e-9
      return changed + age <= seconds ? version : nil
    }
  }

  private static func hash(of file: ReadableFile) throws(TensorFileError) -> String {
    var hash = ContentHash()
    var start = 0
    while start < file.size {
      let block = try file.bytes(at: start, count: min(1 << 20, file.size - start))
      block.withUnsafeBytes { hash.update($0) }
      start += block.count
    }
    return hash.finish()
  }

  private func changed(_ reason: String = "") -> TensorFileError {
    .malformed(
      name: String(path.split(separator: "/").last ?? ""),
      reason: "changed while the run was under way\(reason)")
  }
}
