internal import Foundation
internal import ResultRecords
internal import TensorIO

/// Finished profiles on disk, kept like finished cells and beside them.
struct ProfileStore: Sendable {
  private let folder: String

  /// The store of an output directory.
  init(outputDirectory: String) { folder = outputDirectory + "/.profiles" }

  /// The profile that is there; a file that cannot be read counts as not there.
  func profile(at address: String) -> TensorProfile? {
    guard let text = try? String(contentsOfFile: path(of: address), encoding: .utf8) else {
      return nil
    }
    return try? TensorProfileFile.profile(in: text)
  }

  /// Keeps a finished profile.
  func keep(_ profile: TensorProfile, at address: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try writeAtomically(
      try TensorProfileFile.line(profile) + "\n", to: path(of: address), durably: false)
  }

  private func path(of address: String) -> String { "\(folder)/\(address)" }
}
