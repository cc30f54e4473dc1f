internal import Foundation
internal import ResultRecords
internal import TensorIO
internal import TensorSources

/// The identity of what a cell is computed from.
///
/// Each file is read once.
struct InputHashes {
  /// SHA-256 by path in the manifest.
  private(set) var files: [String: String] = [:]

  /// The identity of a tensor: the hash of its files and their members, or its description and
  /// seed; and how it falls into batches.
  mutating func identity(of tensor: TensorReference, seed: UInt64) throws -> String {
    let content =
      switch tensor.origin {
      case .synthetic(let synthetic): "synthetic \(synthetic.name) seed \(seed)"
      case .file(let specification, let relativePath):
        try identity(ofFile: specification, relativePath)
      case .sequence(let files):
        try files.map { try identity(ofFile: $0.specification, $0.relativePath) }
          .joined(separator: "\n")
      }
    return tensor.layout.isCut ? content + " in \(tensor.layout.count) batches" : content
  }

  private mutating func identity(
    ofFile specification: String, _ relativePath: String
  ) throws -> String {
    let file = try TensorFile.open(specification)[0]
    // The data of a checkpoint in shards lie in another file than the one that is named.
    let shard = file.dataPath == file.path ? "" : file.dataPath.split(separator: "/").last ?? ""
    let folder = relativePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let dataFile =
      shard.isEmpty ? relativePath : (folder + [shard]).joined(separator: "/")
    let hash = try files[dataFile] ?? Self.hash(ofFile: file.dataPath)
    files[dataFile] = hash
    return "file \(hash) member \(file.member ?? "")"
  }

  /// The identity of the program itself: after any change of the code nothing old is reused.
  func ofProgram() throws -> String {
    let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
    return "program \(try Self.hash(ofFile: path))"
  }

  private static func hash(ofFile path: String) throws -> String {
    let handle = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? handle.close() }
    var hash = ContentHash()
    while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty {
      block.withUnsafeBytes { hash.update($0) }
    }
    return hash.finish()
  }
}
