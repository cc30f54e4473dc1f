internal import TensorIO
internal import TensorSources

/// Gives every tensor of a manifest a unique name, and reports tensors that are listed twice.
///
/// A name in the manifest takes precedence. Otherwise the name is the stem of the path; for the
/// files of a pattern it is the path from where the pattern begins, without the extension. If the
/// name is taken, ``TensorNames`` has another.
struct TensorNaming {
  let log: FaultLog

  func named(_ candidates: [TensorCandidate]) -> [Located<TensorReference>] {
    var names = TensorNames()
    var taken: Set<ExactName> = []
    return candidates.compactMap { candidate in
      let name = name(of: candidate, &names)
      guard taken.insert(ExactName(name)).inserted else {
        log.report(
          candidate.location, "tensor \(quoted(name)) is listed twice", expected: "every one once")
        return nil
      }
      let origin: TensorReference.Origin =
        switch candidate.origin {
        case .file(let file, _): .file(file)
        case .sequence(let files): .sequence(files)
        case .synthetic(let tensor): .synthetic(tensor)
        }
      return Located(
        value: TensorReference(
          name: name, origin: origin, layout: candidate.layout, fault: candidate.fault,
          unreadable: candidate.unreadable),
        location: candidate.location)
    }
  }

  private func name(of candidate: TensorCandidate, _ names: inout TensorNames) -> String {
    if let name = candidate.givenName {
      names.take(name)
      return name
    }
    switch candidate.origin {
    case .file(let file, let listing):
      return names.name(
        ofFile: listing.path, identity: listing.identity,
        member: file.member, wanted: listing.wanted)
    case .synthetic(let tensor):
      names.take(tensor.name)
      return tensor.name
    case .sequence:
      return ""
    }
  }
}
