internal import Foundation
internal import ResultRecords
internal import TensorIO
internal import TensorSources

/// The hashes of the input files of cells; each file is read once.
struct InputHashes: Sendable {
  private var hashed: [ExactName: HashedFile] = [:]
  /// SHA-256 by path in the manifest.
  private(set) var files: [ExactName: String] = [:]

  /// The parts of the origin that all cells of a tensor share: its inputs and its batches.
  ///
  /// The input is the hash of its files and the names of their members, and of external data where
  /// they lie in their file; or its description and seed.
  ///
  /// - Throws: The errors of opening or reading a file.
  mutating func origin(of tensor: TensorReference, seed: UInt64) throws -> CellOrigin {
    var origin = CellOrigin()
    switch tensor.origin {
    // The plan has the networks; see `origin(of:in:)`.
    case .network: break
    case .synthetic(let synthetic):
      origin[.input] = ContentHash.of(synthetic.name)
      origin[.seed] = "\(seed)"
      origin[.generator] = "\(SyntheticTensor.revision)"
      origin[.batches] = "\(tensor.layout.count)"
    case .file(let file):
      origin[.input] = ContentHash.of(try identity(of: file))
      origin[.batches] = "\(tensor.layout.count)"
    case .sequence(let files):
      origin[.input] = ContentHash.of(try files.flatMap { try identity(of: $0) })
      origin[.batches] = "sequence"
    }
    return origin
  }

  private mutating func identity(of file: TensorReference.File) throws -> [String] {
    let key = ExactName(file.dataPath)
    let contents = try hashed[key] ?? HashedFile(path: file.dataPath)
    hashed[key] = contents
    files[ExactName(file.relativeDataPath)] = contents.hash
    return ["file", contents.hash] + (file.member.map { ["member", $0] } ?? [])
      + (file.dataPlace.map { ["place", $0] } ?? [])
  }

  /// The parts of the origin that all cells of a tensor of a network share.
  ///
  /// A weight depends on the model alone; an activation on the samples too, how they are read, and the
  /// library that runs the model.
  mutating func origin(
    of tensor: NetworkTensor, in network: NetworkReference, library: String
  ) throws -> CellOrigin {
    var origin = CellOrigin()
    var texts = ["network", try hash(of: network.file), "\(tensor.kind)", tensor.name]
    if tensor.kind == .activation {
      texts += [try hash(of: network.calibration), network.settings, library]
    }
    for file in network.evaluation { _ = try hash(of: file) }
    origin[.input] = ContentHash.of(texts)
    origin[.batches] = "\(network.batchSize)"
    return origin
  }

  private mutating func hash(of file: NetworkReference.File) throws -> String {
    let key = ExactName(file.path)
    let contents = try hashed[key] ?? HashedFile(path: file.path)
    hashed[key] = contents
    files[ExactName(file.relativePath)] = contents.hash
    return contents.hash
  }

  /// The file of a tensor that ``origin(of:seed:)`` has hashed, to be read with the hashed
  /// contents.
  func input(_ file: TensorReference.File) -> TensorInput {
    TensorInput(
      file.specification, shape: file.shape, place: file.dataPlace,
      contents: hashed[ExactName(file.dataPath)])
  }
}

extension ContentHash {
  /// The hash of a list of texts; it depends on where one text ends and the next begins.
  static func of(_ texts: [String]) -> String {
    of(texts.map { "\($0.utf8.count) \($0)" }.joined(separator: "\n"))
  }
}
