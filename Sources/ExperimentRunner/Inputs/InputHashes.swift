internal import Foundation
internal import ResultRecords
internal import TensorIO
internal import TensorSources

/// The identity of what a cell is computed from.
///
/// Each file is read once.
struct InputHashes: Sendable {
  private var hashed: [ExactName: HashedFile] = [:]
  /// SHA-256 by path in the manifest.
  private(set) var files: [String: String] = [:]

  /// The identity of a tensor: the hash of its files and their members, or its description and
  /// seed; and how it falls into batches.
  ///
  /// - Throws: What opening or reading a file throws.
  mutating func identity(of tensor: TensorReference, seed: UInt64) throws -> [String] {
    switch tensor.origin {
    case .synthetic(let synthetic):
      return ["synthetic", synthetic.name, "\(seed)", "batches", "\(tensor.layout.count)"]
    case .file(let file):
      return try identity(of: file) + ["batches", "\(tensor.layout.count)"]
    case .sequence(let files):
      return try files.flatMap { try identity(of: $0) } + ["sequence"]
    }
  }

  private mutating func identity(of file: TensorReference.File) throws -> [String] {
    let key = ExactName(file.dataPath)
    let contents = try hashed[key] ?? HashedFile(path: file.dataPath)
    hashed[key] = contents
    files[file.relativeDataPath] = contents.hash
    return ["file", contents.hash] + (file.member.map { ["member", $0] } ?? [])
  }

  /// A file of a tensor that has an identity, to be read as it was when it was hashed.
  func input(_ file: TensorReference.File) -> TensorInput {
    TensorInput(
      file.specification, shape: file.shape, contents: hashed[ExactName(file.dataPath)])
  }

  /// The identity of the program itself: after any change of the code nothing old is reused.
  static func ofProgram() throws -> String {
    try HashedFile(path: Bundle.main.executablePath ?? CommandLine.arguments[0]).hash
  }
}

extension ContentHash {
  /// The hash of a list of texts; where one text ends and the next begins is part of it.
  static func of(_ texts: [String]) -> String {
    of(texts.map { "\($0.utf8.count) \($0)" }.joined(separator: "\n"))
  }
}
