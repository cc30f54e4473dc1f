internal import ResultRecords
internal import TensorIO

/// A profile as one line of JSON, the form in which it is stored and written to `profiles.json`.
///
/// A run that finds a thousand stored profiles copies their lines without parsing them.
struct KeptProfile: Sendable {
  /// The line, without a line end.
  let line: String

  /// Encodes a profile.
  init(_ profile: TensorProfile) throws { line = try TensorProfileFile.line(profile) }

  /// Wraps a stored line.
  init(line: String) { self.line = line }

  /// Parses the line.
  ///
  /// - Throws: `JSONFault` if it is no profile.
  func profile() throws -> TensorProfile { try TensorProfileFile.profile(in: line) }
}

/// Finished profiles on disk, each in a file named by the hash of everything that determines it.
///
/// The address of a file identifies the tensor and the grids, and the seal of the file proves that its
/// line is the stored one. So a run can use the line without parsing it.
struct ProfileStore: Sendable {
  /// The stored profiles of some requests, by address.
  struct Contents: Sendable {
    var profiles: [String: KeptProfile] = [:]
    /// The addresses of files that cannot be used.
    var damaged: Set<String> = []
  }

  private let folder: String

  /// The store of an output directory.
  init(outputDirectory: String) { folder = outputDirectory + "/.profiles" }

  /// Reads the stored profiles of requests.
  func contents(for requests: [ProfileRequest]) -> Contents {
    var contents = Contents()
    for request in requests {
      switch file(of: request.address).read() {
      case .nothing: continue
      case .damaged: contents.damaged.insert(request.address)
      case .text(let text):
        if let line = text.removing(suffix: "\n"), TensorProfileFile.isLine(line) {
          contents.profiles[request.address] = KeptProfile(line: line)
        } else {
          contents.damaged.insert(request.address)
        }
      }
    }
    return contents
  }

  /// Stores a finished profile.
  ///
  /// - Throws: If the file cannot be written.
  func keep(_ profile: KeptProfile, at address: String) throws {
    try file(of: address).keep(profile.line + "\n")
  }

  private func file(of address: String) -> KeptText {
    KeptText(root: folder, name: address, address: address)
  }
}
