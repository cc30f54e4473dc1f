internal import TensorIO

/// Reads a sequence of files that are batches of one tensor.
struct BatchSequenceEntry {
  let reader: NodeReader
  let directory: String

  /// The files in the order of the list; what one pattern or container stands for in the order of
  /// the numbers in its names, `x_2` before `x_10`.
  func read(_ entry: ManifestNode.Entry, name: ManifestNode?) -> [TensorCandidate] {
    let before = reader.log.count
    let name = name.flatMap(self.name) ?? missingName(entry, isThere: name != nil)
    let files = (reader.list(entry.value, "batches") ?? []).flatMap { node in
      FileEntry(reader: reader, directory: directory).read(node)
        .sorted { naturallyPrecedes(batchName($0), batchName($1)) }
    }
    checkRepeated(files)
    guard reader.log.count == before, let name else { return [] }
    do throws(BatchFault) {
      let layout = try BatchLayout(sequence: files.map { ("'\(batchName($0))'", $0.shape) })
      return [
        TensorCandidate(
          layout: layout, origin: .sequence(name: name, files: files.compactMap(batchFile)),
          place: entry.keyPlace)
      ]
    } catch {
      reader.log.report(entry.value.place, error.problem, expected: error.expected)
      return []
    }
  }

  private func missingName(_ entry: ManifestNode.Entry, isThere: Bool) -> String? {
    if !isThere {
      reader.log.report(
        entry.keyPlace, "a sequence of batches has no 'name'", expected: "the key 'name'")
    }
    return nil
  }

  /// The name stands in tables and in regular expressions over them.
  private func name(_ node: ManifestNode) -> String? {
    guard let text = node.scalar, text.utf8.count <= 200,
      text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) || "._-".contains($0) })
    else {
      reader.mismatch(
        node, "name", expected: "up to 200 of the characters a-z, A-Z, 0-9, '.', '_' and '-'")
      return nil
    }
    return text
  }

  private func checkRepeated(_ files: [TensorCandidate]) {
    var seen: Set<String> = []
    for file in files {
      guard case .file(let path, _, let member) = file.origin else { continue }
      if !seen.insert("\(GlobPattern.identity(path))#\(member ?? "")").inserted {
        reader.log.report(
          file.place, "batch \(quoted(batchName(file))) is listed twice", expected: "every one once"
        )
      }
    }
  }

  private func batchName(_ candidate: TensorCandidate) -> String {
    guard case .file(_, let relativePath, let member) = candidate.origin else { return "" }
    return relativePath + (member.map { "#" + $0 } ?? "")
  }

  private func batchFile(_ candidate: TensorCandidate) -> TensorReference.BatchFile? {
    guard case .file(let path, let relativePath, let member) = candidate.origin else { return nil }
    return TensorReference.BatchFile(
      specification: path + (member.map { "#" + $0 } ?? ""), relativePath: relativePath)
  }
}
