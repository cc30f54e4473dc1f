internal import TensorIO

/// Refuses an output that is also an input, or also another output.
///
/// Files are compared by identity and not by path: `./c.npy`, a link to it and a second name of it
/// are all `c.npy`. An output that does not exist yet is identified by its folder and name.
struct OutputGuard {
  private enum OutputTarget: Hashable {
    case file(FileIdentity)
    case free(folder: FileIdentity, name: [UInt8])
  }

  /// The files that are taken, with the words for them in messages.
  private var taken: [OutputTarget: String] = [:]

  /// - Parameter inputs: The paths of all files that are read; those that do not exist are ignored.
  init(inputs: [String]) {
    for path in inputs {
      if let target = Self.target(path) { taken[target] = "the input \(path)" }
    }
  }

  /// Reserves the file of an output.
  ///
  /// - Parameter option: The option that names the output, such as `--params`.
  /// - Throws: A usage failure if the file is taken.
  mutating func claim(_ path: String, for option: String) throws {
    // If the folder does not exist, writing reports it.
    guard let target = Self.target(path) else { return }
    if let other = taken[target] {
      throw LabFailure.usage("\(option): \(path) is \(other); expected another file")
    }
    taken[target] = "the output of \(option) too"
  }

  /// Reserves the file of an output that takes long to make: its folder must be there before.
  ///
  /// - Throws: A usage failure if the file is taken or has no folder.
  mutating func claimEarly(_ path: String, for option: String) throws {
    try claim(path, for: option)
    guard Self.target(path) != nil else {
      throw LabFailure.usage("\(option): \(path): its folder does not exist")
    }
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
