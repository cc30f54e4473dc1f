internal import ExperimentRunner
internal import TensorIO

/// The header of a tensor file that is closed again, because there may be more batches than open
/// files.
struct TensorHeader {
  let specification: String
  let path: String
  let dataPath: String
  let member: String?
  let name: String
  let stem: String
  let shape: [Int]

  init(_ file: TensorFile) {
    specification = file.specification
    (path, dataPath, member, name) = (file.path, file.dataPath, file.member, file.name)
    (stem, shape) = (file.stem, file.shape)
  }

  /// The tensors of a file, a member of it, or the members that match a pattern after `#`; a
  /// message names the members that are not tensors of floats.
  static func all(of specification: String) throws -> [TensorHeader] {
    let listing = try TensorFile.listing(specification)
    if let remark = listing.remark { StandardError.say(remark) }
    return listing.tensors.map(TensorHeader.init)
  }
}

/// A tensor of the command line: one tensor of a file, or several files that are its batches.
struct TensorSubject {
  /// The name in tables.
  let name: String
  /// The file or the batches, in order; an error if they cannot be opened.
  let files: Result<[TensorHeader], any Error>

  /// The paths of the files, including shards; empty if they cannot be opened.
  var paths: [String] { ((try? files.get()) ?? []).flatMap { [$0.path, $0.dataPath] } }

  /// All tensors of all files, as batches of one tensor.
  init(batches paths: [String]) {
    let files = Result { try paths.flatMap { try TensorHeader.all(of: $0) } }
    self.files = files
    let headers = (try? files.get()) ?? []
    let ends = [headers.first?.stem ?? paths[0], headers.last?.stem ?? paths[0]]
    name = ends[0] == ends[1] ? ends[0] : "\(ends[0])..\(ends[1])"
  }

  private init(name: String, _ files: Result<[TensorHeader], any Error>) {
    (self.name, self.files) = (name, files)
  }

  /// Each tensor of each file, with a unique name.
  static func each(of paths: [String]) -> [TensorSubject] {
    let found = paths.flatMap { path -> [(path: String, file: Result<TensorHeader, any Error>)] in
      do {
        return try TensorHeader.all(of: path).map { ($0.path, .success($0)) }
      } catch {
        return [(path, .failure(error))]
      }
    }
    let names = TensorNames.unique(for: found.map { ($0.path, try? $0.file.get().member) })
    return zip(names, found).map { TensorSubject(name: $0, $1.file.map { [$0] }) }
  }
}
