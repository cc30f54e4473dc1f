internal import TensorIO

/// Finds the tensors that one `file:` entry names.
struct FileEntry {
  let reader: NodeReader
  let directory: String

  /// - Parameter name: The name that the entry gives its tensor; several tensors have a
  ///   distinguishing part after it.
  func read(_ node: ManifestNode, name: String? = nil) -> [TensorCandidate] {
    guard let text = reader.text(node, "file") else { return [] }
    let files = files(text)
    if files.isEmpty {
      reader.log.report(
        node.location, "no file matches \(quoted(text))",
        expected: "a file in the folder of the manifest")
    }
    return files.flatMap { tensors(of: $0, name: name, node.location) }
  }

  /// A file, and the wanted member of it.
  private struct Selection {
    let path: String
    /// The path from where the pattern begins; nil if there is no pattern.
    var matched: String?
    var member = ""
  }

  /// An existing path takes precedence over a pattern, and a pattern over a member after `#`.
  private func files(_ text: String) -> [Selection] {
    if GlobPattern.exists(resolved(text)) { return [Selection(path: text)] }
    let matches = GlobPattern.isPattern(text) ? matches(of: text) : []
    if !matches.isEmpty { return matches }
    for mark in text.indices where text[mark] == "#" {
      let path = String(text[..<mark])
      let member = String(text[mark...])
      let isFile = GlobPattern.exists(resolved(path))
      let matches =
        isFile
        ? [Selection(path: path)] : GlobPattern.isPattern(path) ? self.matches(of: path) : []
      if !matches.isEmpty {
        return matches.map { Selection(path: $0.path, matched: $0.matched, member: member) }
      }
    }
    return GlobPattern.isPattern(text) ? [] : [Selection(path: text)]
  }

  private func matches(of pattern: String) -> [Selection] {
    let depth = GlobPattern.literalDepth(pattern)
    return GlobPattern.files(pattern, in: directory).map {
      Selection(path: $0, matched: GlobPattern.path($0, below: depth))
    }
  }

  /// Lists the tensors of a file in natural order; it reads headers only and closes the file.
  private func tensors(
    of selection: Selection, name: String?, _ location: ManifestLocation
  ) -> [TensorCandidate] {
    let path = resolved(selection.path)
    do throws(TensorFileError) {
      let listing = try TensorFile.listing(path + selection.member)
      if let remark = listing.remark { reader.log.remark(remark) }
      return listing.tensors.map { tensor in
        var candidate = candidate(
          of: selection, name: name, path: tensor.path, dataPath: tensor.dataPath,
          dataPlace: tensor.dataPlace, member: tensor.member,
          // An empty shape with a zero, if the header does not have the number of elements.
          shape: tensor.fault == nil || tensor.shape.contains(0) ? tensor.shape : [0], location)
        candidate.unreadable = tensor.fault
        return candidate
      }
    } catch {
      let member = selection.member.isEmpty ? nil : String(selection.member.dropFirst())
      var candidate = candidate(
        of: selection, name: name, path: path, member: member, shape: [], location)
      candidate.fault = "cannot use the tensor file: \(error)"
      return [candidate]
    }
  }

  private func candidate(
    of selection: Selection, name: String?, path: String, dataPath: String? = nil,
    dataPlace: String? = nil, member: String?, shape: [Int], _ location: ManifestLocation
  ) -> TensorCandidate {
    let file = TensorReference.File(
      path: path, relativePath: selection.path.hasPrefix("/") ? path : relative(path),
      dataPath: dataPath ?? path, dataPlace: dataPlace, member: member, shape: shape)
    var candidate = TensorCandidate(
      layout: BatchLayout(whole: shape), origin: .file(file, listing(selection, name)),
      location: location)
    if let name, selection.matched == nil {
      let isNamed = !selection.member.isEmpty && !GlobPattern.isPattern(selection.member)
      candidate.givenName = name + (isNamed ? "" : member.map { "#" + $0 } ?? "")
    }
    return candidate
  }

  private func listing(_ selection: Selection, _ name: String?) -> TensorCandidate.Listing {
    let identity = GlobPattern.identity(resolved(selection.path))
    guard let matched = selection.matched else {
      return TensorCandidate.Listing(path: selection.path, identity: identity, wanted: nil)
    }
    let prefix = name.map { $0 + "/" } ?? ""
    return TensorCandidate.Listing(
      path: name == nil ? selection.path : prefix + matched,
      // A file may be listed again under another name.
      identity: prefix + identity, wanted: prefix + TensorNames.withoutExtension(matched))
  }

  private func relative(_ path: String) -> String {
    String(decoding: path.utf8.dropFirst(directory.utf8.count + 1), as: UTF8.self)
  }

  private func resolved(_ path: String) -> String {
    path.hasPrefix("/") ? path : directory + "/" + path
  }
}
