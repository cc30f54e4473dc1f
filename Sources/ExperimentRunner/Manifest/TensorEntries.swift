internal import TensorSources

/// A tensor that has been found but not named: names depend on what else there is.
struct TensorCandidate {
  enum Origin {
    case file(path: String, relativePath: String, member: String?)
    case synthetic(SyntheticTensor)
  }

  let shape: [Int]
  let origin: Origin
  let place: Place
}

/// Reads the tensors: files, and descriptions of synthetic ones.
struct TensorEntries {
  /// More than fits any plan.
  static let maximumCount = 100_000

  let reader: NodeReader
  let directory: String

  func read(_ node: ManifestNode) -> [Placed<TensorReference>] {
    var candidates: [TensorCandidate] = []
    for node in reader.list(node, "tensors") ?? [] {
      candidates += entry(node)
      guard candidates.count <= Self.maximumCount else {
        reader.log.report(
          node.place, "too many tensors", expected: "at most \(Self.maximumCount)")
        return []
      }
    }
    return TensorNaming(log: reader.log).named(candidates)
  }

  private func entry(_ node: ManifestNode) -> [TensorCandidate] {
    let expected = "{file: PATH} or {synthetic: {distribution: NAME, shape: [...]}}"
    guard let entry = reader.onlyEntry(node, "tensor", expected: expected) else { return [] }
    switch entry.key {
    case "file": return FileEntry(reader: reader, directory: directory).read(entry.value)
    case "synthetic": return SyntheticEntry(reader: reader).read(entry)
    default:
      reader.log.report(
        entry.keyPlace, "unknown kind of tensor '\(entry.key)'", expected: expected,
        word: entry.key, known: ["file", "synthetic"])
      return []
    }
  }
}
