internal import TensorIO

/// Refuses an output that is an input, or two outputs that are one file.
///
/// Files are told apart by what they are, not by how they are called: `./c.npy`, a link to it and a
/// second name of it are all `c.npy`. An output that is not there yet is a name in a folder.
struct OutputGuard {
  private enum OutputTarget: Hashable {
    case file(FileIdentity)
    case free(folder: FileIdentity, name: [UInt8])
  }

  /// What is there, and how a message calls it.
  private var taken: [OutputTarget: String] = [:]

  /// - Parameter inputs: The paths of all files that are read; such as are not there are left out.
  init(inputs: [String]) {
    for path in inputs {
      if let target = Self.target(path) { taken[target] = "the input \(path)" }
    }
  }

  /// Takes the place of an output.
  ///
  /// - Parameter option: What asks for the output, such as `--params`.
  /// - Throws: A usage failure where the place is taken.
  mutating func claim(_ path: String, for option: String) throws {
    // Without its folder the output cannot be written, and writing says so.
    guard let target = Self.target(path) else { return }
    if let other = taken[target] {
      throw LabFailure.usage("\(option): \(path) is \(other); expected another file")
    }
    taken[target] = "the output of \(option) too"
  }

  private static func target(_ path: String) -> OutputTarget? {
    if let identity = FileIdentity(path: path) { return .file(identity) }
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard let name = parts.last, !name.isEmpty else { return nil }
    let folder = String(path.utf8.dropLast(name.count)) ?? ""
    return FileIdentity(path: folder.isEmpty ? "." : folder).map {
      .free(folder: $0, name: Array(name))
    }
  }
}
