internal import Foundation
internal import ResultRecords
internal import Synchronization
package import TensorIO

/// A file with the hash of its contents, and a check that later readings get these contents.
///
/// Results are stored under the hash of their input. If the file were replaced during a run, the
/// results of the new contents would be stored as those of the old.
///
/// A reader calls ``check()`` before it reads and ``confirm(_:is:)`` afterwards. Both compare the
/// version that the system keeps of the file, and read the contents only if it differs. Two writes
/// within one tick of the system's clock look like one, so a version younger than two seconds when
/// the contents are hashed proves nothing; then the contents are hashed again.
package final class HashedFile: Sendable {
  /// The path of the file.
  package let path: String
  /// SHA-256 of its contents.
  package let hash: String
  /// The version that is known to have these contents; nil if it is too young to be sure.
  private let settled: Mutex<FileVersion?>
  private let secondsToSettle: Double

  /// Hashes a file.
  ///
  /// - Parameter secondsToSettle: The age from which the time of a change distinguishes it from a
  ///   later one.
  /// - Throws: The errors of opening or reading the file.
  package init(path: String, secondsToSettle: Double = 2) throws(TensorFileError) {
    let file = try ReadableFile(path: path)
    let before = Moment(file)
    self.path = path
    self.secondsToSettle = secondsToSettle
    hash = try Self.hash(of: file)
    settled = Mutex(
      file.currentVersion == before.version ? before.settled(after: secondsToSettle) : nil)
  }

  /// Checks that the path leads to the contents that were hashed.
  ///
  /// - Returns: The version of the file to read.
  /// - Throws: ``TensorFileError`` if the file has changed or cannot be opened.
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

  /// Checks that the file that was read is the version that ``check()`` returned.
  ///
  /// - Parameter found: The version of the file that was read.
  /// - Throws: ``TensorFileError`` if it is another, or was written to meanwhile.
  package func confirm(_ found: FileVersion, is version: FileVersion) throws(TensorFileError) {
    guard found == version else { throw changed() }
    guard try check() == version else { throw changed() }
  }

  /// The version of an open file if it has the hashed contents; otherwise nil.
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

  /// The version of a file, and the time when it was read.
  private struct Moment {
    let version: FileVersion?
    private let seconds = Date.now.timeIntervalSince1970

    init(_ file: ReadableFile) { version = file.currentVersion }

    /// The version, if every later change is sure to alter it.
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
