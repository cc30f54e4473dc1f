internal import Foundation

/// The folders and environment variables of notebook cells, as similar as possible on all machines.
final class CellEnvironment {
  /// The folder `$SCRATCH`, to which cells write; it is deleted after the run.
  let scratch: String
  /// Entries such as `LC_ALL=C`.
  let variables: [String]
  private let base: String

  /// - Parameter executable: The path of the program that cells call as `rangelab`.
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
    variables =
      [
        "PATH=\(programs):\(given["PATH"] ?? "/usr/bin:/bin")",
        "SCRATCH=\(scratch)", "TMPDIR=\(scratch)", "HOME=\(scratch)",
        // The sort order, the decimal point, the time zone and the width of a page.
        "LC_ALL=C.UTF-8", "TZ=UTC", "COLUMNS=100", "TERM=dumb", "NO_COLOR=1",
      ] + (given["LD_LIBRARY_PATH"].map { ["LD_LIBRARY_PATH=\($0)"] } ?? [])
  }

  deinit { try? FileManager.default.removeItem(atPath: base) }
}
