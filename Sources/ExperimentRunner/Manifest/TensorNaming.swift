internal import TensorIO
internal import TensorSources

/// Gives every tensor a name of its own.
///
/// A file is called by its stem; files that share a stem by their path without the extension, and
/// those that share that too by their whole path. A sequence of files is called what it is called.
struct TensorNaming {
  let log: ProblemLog

  func named(_ candidates: [TensorCandidate]) -> [Placed<TensorReference>] {
    let names = fileNames(candidates)
    var taken: Set<String> = []
    return candidates.compactMap { candidate in
      let reference: TensorReference
      switch candidate.origin {
      case .file(let path, let relativePath, let member):
        let suffix = member.map { "#" + $0 } ?? ""
        reference = TensorReference(
          name: (names[GlobPattern.identity(path)] ?? relativePath) + suffix,
          shape: candidate.shape,
          origin: .file(specification: path + suffix, relativePath: relativePath),
          layout: candidate.layout)
      case .sequence(let name, let files):
        reference = TensorReference(
          name: name, shape: candidate.shape, origin: .sequence(files), layout: candidate.layout)
      case .synthetic(let tensor):
        reference = TensorReference(
          name: tensor.name, shape: candidate.shape, origin: .synthetic(tensor),
          layout: candidate.layout)
      }
      guard taken.insert(reference.name).inserted else {
        log.report(
          candidate.place, "tensor \(quoted(reference.name)) is listed twice",
          expected: "every one once")
        return nil
      }
      return Placed(value: reference, place: candidate.place)
    }
  }

  /// The names of all files, by identity.
  private func fileNames(_ candidates: [TensorCandidate]) -> [String: String] {
    var paths: [String: String] = [:]
    for case .file(let path, let relativePath, _) in candidates.map(\.origin) {
      // A file that is listed twice is a fault of its own; its first path will do for the name.
      let identity = GlobPattern.identity(path)
      paths[identity] = paths[identity] ?? relativePath
    }
    let spellings: [(String) -> String] = [
      { Self.withoutExtension(String($0.split(separator: "/").last ?? "")) },
      Self.withoutExtension,
    ]
    var names: [String: String] = [:]
    for spell in spellings {
      let open = paths.filter { names[$0.key] == nil }
      let groups = Dictionary(grouping: open) { spell($0.value) }
      for (name, group) in groups where group.count == 1 {
        names[group[0].key] = name
      }
    }
    return names.merging(paths) { name, _ in name }
  }

  private static func withoutExtension(_ path: String) -> String {
    guard let dot = path.lastIndex(of: "."), dot > path.startIndex,
      path[path.index(before: dot)] != "/", !path[dot...].contains("/")
    else { return path }
    return String(path[..<dot])
  }
}
