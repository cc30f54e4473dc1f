internal import ResultRecords
internal import TensorIO
internal import TensorSources

/// A tensor that has been found but not named: names depend on what else there is.
struct TensorCandidate {
  enum Origin {
    case file(path: String, relativePath: String, member: String?)
    case sequence(name: String, files: [TensorReference.BatchFile])
    case synthetic(SyntheticTensor)
  }

  var layout: BatchLayout
  /// The shape of the whole tensor, or of the first batch of a sequence.
  let shape: [Int]
  let origin: Origin
  let place: Place

  /// A tensor that is not cut.
  init(layout: BatchLayout, origin: Origin, place: Place) {
    self.layout = layout
    shape = layout.shapes[0]
    self.origin = origin
    self.place = place
  }
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
    guard case .mapping(let entries) = node.content, !entries.isEmpty else {
      reader.mismatch(node, "tensor", expected: Self.expected)
      return []
    }
    func found(_ key: String) -> ManifestNode.Entry? { entries.first { $0.key == key } }
    guard let kind = found("file") ?? found("synthetic") ?? found("batches") else {
      reader.log.report(
        entries[0].keyPlace, "unknown kind of tensor \(quoted(entries[0].key))",
        expected: Self.expected, word: entries[0].key, known: ["file", "synthetic", "batches"])
      return []
    }
    let known = kind.key == "batches" ? "name" : "batches"
    for entry in entries where ![kind.key, known].contains(entry.key) {
      reader.log.report(
        entry.keyPlace, "a tensor with '\(kind.key)' has no key \(quoted(entry.key))",
        expected: "no other key than '\(known)'", word: entry.key, known: [known])
    }
    switch kind.key {
    case "file":
      let files = FileEntry(reader: reader, directory: directory).read(kind.value)
      return cut(files, found("batches")?.value)
    case "synthetic":
      return cut(SyntheticEntry(reader: reader).read(kind), found("batches")?.value)
    default:
      return BatchSequenceEntry(reader: reader, directory: directory)
        .read(kind, name: found("name")?.value)
    }
  }

  private static let expected =
    "{file: PATH}, {synthetic: {distribution: NAME, shape: [...]}} or {batches: [PATH, ...], "
    + "name: NAME}"

  /// Cuts the leading axis of each tensor into as many batches as the manifest says.
  private func cut(_ tensors: [TensorCandidate], _ node: ManifestNode?) -> [TensorCandidate] {
    guard let node else { return tensors }
    guard let count = reader.integer(node, "batches", in: 1...BatchSet.maximumCount) else {
      return []
    }
    return tensors.compactMap { tensor in
      do throws(BatchFault) {
        var tensor = tensor
        tensor.layout = try BatchLayout(cutting: tensor.shape, into: count)
        return tensor
      } catch {
        reader.log.report(node.place, error.problem, expected: error.expected)
        return nil
      }
    }
  }
}
