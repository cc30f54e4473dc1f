internal import ResultRecords
internal import TensorIO

/// A profile as it is kept and as it stands in `profiles.json`: a line that is written once.
///
/// A run that finds a thousand of them copies lines; it has no use for what they say.
struct KeptProfile: Sendable {
  /// The line, without its end.
  let line: String

  /// The line of a profile.
  init(_ profile: TensorProfile) throws { line = try TensorProfileFile.line(profile) }

  /// A line that was kept.
  init(line: String) { self.line = line }

  /// What the line says.
  ///
  /// - Throws: `JSONFault` where it is no profile.
  func profile() throws -> TensorProfile { try TensorProfileFile.profile(in: line) }
}

/// Finished profiles on disk, each in a file named by the hash of everything that determines it.
///
/// The seal of the file says that its line is the one that was kept at this address, and the address
/// which tensor and which grids it is of: it need not be read to be used.
struct ProfileStore: Sendable {
  /// What is there of some profiles, by address.
  struct Findings: Sendable {
    var profiles: [String: KeptProfile] = [:]
    /// The addresses where something is that cannot be used.
    var damaged: Set<String> = []
  }

  private let folder: String

  /// The store of an output directory.
  init(outputDirectory: String) { folder = outputDirectory + "/.profiles" }

  /// Finds the profiles that are there.
  func findings(for requests: [ProfileRequest]) -> Findings {
    var findings = Findings()
    for request in requests {
      switch file(of: request.address).read() {
      case .nothing: continue
      case .damaged: findings.damaged.insert(request.address)
      case .text(let text):
        if let line = text.removing(suffix: "\n"), TensorProfileFile.isLine(line) {
          findings.profiles[request.address] = KeptProfile(line: line)
        } else {
          findings.damaged.insert(request.address)
        }
      }
    }
    return findings
  }

  /// Keeps a finished profile.
  ///
  /// - Throws: Where it cannot be written.
  func keep(_ profile: KeptProfile, at address: String) throws {
    try file(of: address).keep(profile.line + "\n")
  }

  private func file(of address: String) -> KeptText {
    KeptText(root: folder, name: address, address: address)
  }
}
