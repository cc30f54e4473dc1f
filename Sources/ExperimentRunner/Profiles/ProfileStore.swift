internal import ResultRecords
internal import TensorIO

/// Finished profiles on disk, kept like finished cells and beside them.
struct ProfileStore: Sendable {
  /// What is there of some profiles, by address.
  struct Findings: Sendable {
    var profiles: [String: TensorProfile] = [:]
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
        if let profile = try? TensorProfileFile.profile(in: text),
          profile.tensor.isExactly(request.tensor.name), profile.grids.map(\.grid) == request.grids
        {
          findings.profiles[request.address] = profile
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
  func keep(_ profile: TensorProfile, at address: String) throws {
    try file(of: address).keep(try TensorProfileFile.line(profile) + "\n")
  }

  private func file(of address: String) -> KeptText {
    KeptText(root: folder, name: address, address: address)
  }
}
