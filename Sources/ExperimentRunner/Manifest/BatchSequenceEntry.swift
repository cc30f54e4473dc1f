internal import TensorIO

/// Reads a sequence of files that are batches of one tensor.
struct BatchSequenceEntry {
  let reader: NodeReader
  let directory: String

  /// Reads the files in the order of the list; the files of one pattern or container are in natural
  /// order, `x_2` before `x_10`.
  func read(_ entry: ManifestNode.Entry, name: String?, isNamed: Bool) -> [TensorCandidate] {
    let before = reader.log.count
    if !isNamed {
      reader.log.report(
        entry.keyLocation, "a sequence of batches has no 'name'", expected: "the key 'name'")
    }
    let batches = (reader.list(entry.value, "batches") ?? []).flatMap { node in
      FileEntry(reader: reader, directory: directory).read(node)
    }
    let files = batches.compactMap { candidate -> TensorReference.File? in
      guard case .file(let file, _) = candidate.origin else { return nil }
      return file
    }
    checkRepeated(zip(files, batches.map(\.location)))
    guard reader.log.count == before, let name else { return [] }
    let fault = batches.first { $0.fault != nil }
    do throws(BatchFault) {
      return [
        TensorCandidate(
          layout: try BatchLayout(sequence: files.map(\.shape)), origin: .sequence(files),
          location: fault?.location ?? entry.keyLocation, givenName: name, fault: fault?.fault,
          unreadable: batches.lazy.compactMap(\.unreadable).first)
      ]
    } catch {
      reader.log.report(entry.value.location, error.problem, expected: error.expected)
      return []
    }
  }

  private func checkRepeated(_ files: some Sequence<(TensorReference.File, ManifestLocation)>) {
    var seen: Set<[ExactName]> = []
    for (file, location) in files {
      let identity = [GlobPattern.identity(file.path)] + (file.member.map { [$0] } ?? [])
      if !seen.insert(identity.map { ExactName($0) }).inserted {
        reader.log.report(
          location, "batch \(quoted(file.listedName)) is listed twice", expected: "every one once")
      }
    }
  }
}

extension TensorReference.File {
  /// How messages call a file of a manifest.
  fileprivate var listedName: String { relativePath + (member.map { "#" + $0 } ?? "") }
}
