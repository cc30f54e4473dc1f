internal import TensorIO

/// Finds the tensors that one `file:` entry names.
struct FileEntry {
  let reader: NodeReader
  let directory: String

  func read(_ node: ManifestNode) -> [TensorCandidate] {
    guard let text = reader.text(node, "file") else { return [] }
    let files = files(text)
    if files.isEmpty {
      reader.log.report(
        node.place, "no file matches \(quoted(text))",
        expected: "a file in the folder of the manifest")
    }
    return files.flatMap { tensors(of: $0, node.place) }
  }

  /// A file, and the member that is wanted of it.
  private struct Selection {
    let path: String
    var member = ""
  }

  /// What stands there as it is wins over a pattern, and a pattern over a member after `#`.
  private func files(_ text: String) -> [Selection] {
    guard GlobPattern.isPattern(text), !GlobPattern.exists(resolved(text)) else {
      return [Selection(path: text)]
    }
    let matches = GlobPattern.files(text, in: directory)
    if !matches.isEmpty { return matches.map { Selection(path: $0) } }
    for mark in text.indices where text[mark] == "#" {
      let path = String(text[..<mark])
      let member = String(text[mark...])
      let isFile = GlobPattern.exists(resolved(path))
      let matches = isFile ? [path] : GlobPattern.files(path, in: directory)
      if !matches.isEmpty { return matches.map { Selection(path: $0, member: member) } }
    }
    return []
  }

  /// Lists the tensors of a file; only headers are read, and no file stays open.
  private func tensors(of selection: Selection, _ place: Place) -> [TensorCandidate] {
    do throws(TensorFileError) {
      return try TensorFile.open(resolved(selection.path) + selection.member).map { tensor in
        let relative =
          selection.path.hasPrefix("/")
          ? tensor.path : String(tensor.path.dropFirst(directory.count + 1))
        return TensorCandidate(
          layout: BatchLayout(whole: tensor.shape),
          origin: .file(path: tensor.path, relativePath: relative, member: tensor.member),
          place: place)
      }
    } catch {
      reader.log.report(place, "cannot use the tensor file: \(error)")
      return []
    }
  }

  private func resolved(_ path: String) -> String {
    path.hasPrefix("/") ? path : directory + "/" + path
  }
}
