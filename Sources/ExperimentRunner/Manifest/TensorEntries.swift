internal import ResultRecords
internal import TensorIO
internal import TensorSources

/// A tensor without a name yet: its name depends on the other tensors.
struct TensorCandidate {
  enum Origin {
    case file(TensorReference.File, Listing)
    case sequence([TensorReference.File])
    case synthetic(SyntheticTensor)
  }

  /// The parts of a file's entry from which its name is formed.
  struct Listing {
    /// The path to use in tables.
    let path: String
    /// The text that distinguishes the file from others.
    let identity: String
    /// The preferred name of the file; nil for the stem of its path.
    let wanted: String?
  }

  var layout: BatchLayout
  let origin: Origin
  let location: ManifestLocation
  /// The name in the manifest.
  var givenName: String?
  /// The reason why the file cannot be used; a fault unless every cell of the tensor is excluded.
  var fault: String?
  /// The reason why the tensor cannot be read; it makes the cells fail, but is no fault of the
  /// manifest.
  var unreadable: TensorFileError?
}

/// Reads the tensors: files, and descriptions of synthetic ones.
struct TensorEntries {
  /// The greatest number of tensors.
  static let maximumCount = 100_000

  let reader: NodeReader
  let directory: String

  func read(_ node: ManifestNode) -> [Located<TensorReference>] {
    var candidates: [TensorCandidate] = []
    for node in reader.list(node, "tensors") ?? [] {
      candidates += entry(node)
      guard candidates.count <= Self.maximumCount else {
        reader.log.report(
          node.location, "too many tensors", expected: "at most \(Self.maximumCount)")
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
        entries[0].keyLocation, "unknown kind of tensor \(quoted(entries[0].key))",
        expected: Self.expected, word: entries[0].key, known: ["file", "synthetic", "batches"])
      return []
    }
    let known = kind.key == "batches" ? ["name"] : ["batches", "name"]
    for entry in entries where !([kind.key] + known).contains(entry.key) {
      reader.log.report(
        entry.keyLocation, "a tensor with '\(kind.key)' has no key \(quoted(entry.key))",
        expected: "no other key than \(known.map { "'\($0)'" }.joined(separator: " and "))",
        word: entry.key, known: known)
    }
    let name = found("name")?.value
    switch kind.key {
    case "file":
      let files = FileEntry(reader: reader, directory: directory)
        .read(kind.value, name: name.flatMap(self.name))
      return cut(files, found("batches")?.value)
    case "synthetic":
      return cut(synthetic(kind, name.flatMap(self.name)), found("batches")?.value)
    default:
      return BatchSequenceEntry(reader: reader, directory: directory)
        .read(kind, name: name.flatMap(self.name), isNamed: name != nil)
    }
  }

  private static let expected =
    "{file: PATH}, {synthetic: {distribution: NAME, shape: [...]}} or {batches: [PATH, ...], "
    + "name: NAME}"

  /// Reads synthetic tensors; several with one name have their generated names after it.
  private func synthetic(_ entry: ManifestNode.Entry, _ name: String?) -> [TensorCandidate] {
    let tensors = SyntheticEntry(reader: reader).read(entry)
    guard let name else { return tensors }
    return tensors.map { candidate in
      var candidate = candidate
      if case .synthetic(let tensor) = candidate.origin {
        candidate.givenName = tensors.count == 1 ? name : "\(name)/\(tensor.name)"
      }
      return candidate
    }
  }

  /// Reads a name, which occurs in tables and in regular expressions.
  private func name(_ node: ManifestNode) -> String? {
    guard let text = node.scalar, (1...200).contains(text.utf8.count),
      text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || "._-".contains($0) })
    else {
      reader.mismatch(
        node, "name", expected: "up to 200 of the characters a-z, A-Z, 0-9, '.', '_' and '-'")
      return nil
    }
    return text
  }

  /// Cuts the leading axis of each tensor into the number of batches in the manifest.
  private func cut(_ tensors: [TensorCandidate], _ node: ManifestNode?) -> [TensorCandidate] {
    guard let node else { return tensors }
    guard let count = reader.integer(node, "batches", in: 1...BatchSet.maximumCount) else {
      return []
    }
    return tensors.compactMap { tensor in
      guard tensor.fault == nil else { return tensor }
      do throws(BatchFault) {
        var tensor = tensor
        tensor.layout = try BatchLayout(cutting: tensor.layout.shapes[0], into: count)
        return tensor
      } catch {
        reader.log.report(node.location, error.problem, expected: error.expected)
        return nil
      }
    }
  }
}
