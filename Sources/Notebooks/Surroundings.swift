internal import Foundation

/// The folders and variables that cells see: the same on every machine, as far as can be.
final class Surroundings {
  /// What cells write to as `$SCRATCH`; it is gone when the run is over.
  let scratch: String
  /// Entries such as `LC_ALL=C`.
  let environment: [String]
  private let base: String

  /// - Parameter executable: What `rangelab` is in a cell.
  init(executable: String) throws {
    let folder = FileManager.default.temporaryDirectory
    base =
      folder.appendingPathComponent("rangelab-notebook-\(UUID().uuidString)")
      .resolvingSymlinksInPath().path
    scratch = base + "/scratch"
    let programs = base + "/programs"
    for folder in [scratch, programs] {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    try FileManager.default.createSymbolicLink(
      atPath: programs + "/rangelab", withDestinationPath: executable)
    let given = ProcessInfo.processInfo.environment
    environment =
      [
        "PATH=\(programs):\(given["PATH"] ?? "/usr/bin:/bin")",
        "SCRATCH=\(scratch)", "TMPDIR=\(scratch)", "HOME=\(scratch)",
        // The sort order, the decimal point, the hour and the width of a page.
        "LC_ALL=C.UTF-8", "TZ=UTC", "COLUMNS=100", "TERM=dumb", "NO_COLOR=1",
      ] + (given["LD_LIBRARY_PATH"].map { ["LD_LIBRARY_PATH=\($0)"] } ?? [])
  }

  deinit { try? FileManager.default.removeItem(atPath: base) }
}
