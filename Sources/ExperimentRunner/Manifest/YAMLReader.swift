internal import Yams

/// Reads YAML text into a tree of nodes with locations, or reports faults.
///
/// It is the only reader of YAML. Its trees have no aliases, no repeated keys and no deep nesting.
struct YAMLReader {
  /// The greatest depth, far more than a manifest has; it bounds the recursion of all later code.
  static let maximumDepth = 32

  let log: FaultLog
  /// The location of every node, if the text is that of an option.
  var fixedLocation: ManifestLocation?

  /// Reads one document; nil if there is none or if its syntax is wrong.
  func read(_ text: String) -> ManifestNode? {
    if let alias = AliasGuard.firstAlias(in: text) {
      log.report(fixedLocation ?? alias, "aliases are not supported", expected: "the value itself")
      return nil
    }
    var repeated = RepeatedKeys(text)
    while true {
      do {
        guard let root = try Yams.compose(yaml: repeated.text) else { return nil }
        return convert(root, repeated, depth: 1)
      } catch let YamlError.duplicatedKeysInMapping(_, context)
        where repeated.rename(at: context.mark)
      {
        continue
      } catch {
        report(error)
        return nil
      }
    }
  }

  private func convert(_ node: Node, _ repeated: RepeatedKeys, depth: Int) -> ManifestNode? {
    let location = location(node.mark)
    guard depth <= Self.maximumDepth else {
      log.report(
        location, "nested too deeply", expected: "at most \(Self.maximumDepth) levels")
      return nil
    }
    switch node {
    case .scalar(let scalar):
      return ManifestNode(
        content: .scalar(scalar.string, isPlain: scalar.style == .plain), location: location)
    case .sequence(let sequence):
      let nodes = sequence.compactMap { convert($0, repeated, depth: depth + 1) }
      return ManifestNode(content: .sequence(nodes), location: location)
    case .mapping(let mapping):
      var entries: [ManifestNode.Entry] = []
      for (key, value) in mapping {
        guard let entry = entry(key, value, repeated, depth: depth) else { continue }
        if let first = entries.first(where: { $0.key == entry.key }) {
          reportRepeated(entry, first)
        } else {
          entries.append(entry)
        }
      }
      return ManifestNode(content: .mapping(entries), location: location)
    case .alias:
      log.report(location, "aliases are not supported", expected: "the value itself")
      return nil
    }
  }

  private func entry(
    _ key: Node, _ value: Node, _ repeated: RepeatedKeys, depth: Int
  ) -> ManifestNode.Entry? {
    let keyLocation = location(key.mark)
    guard case .scalar(let scalar) = key else {
      log.report(keyLocation, "a key is a list or a mapping", expected: "a word")
      return nil
    }
    return convert(value, repeated, depth: depth + 1).map {
      ManifestNode.Entry(
        key: repeated.restored(scalar.string, at: key.mark), keyLocation: keyLocation, value: $0)
    }
  }

  private func reportRepeated(_ entry: ManifestNode.Entry, _ first: ManifestNode.Entry) {
    var what = "'\(entry.key)' is given twice"
    if case .text(let line, _) = first.keyLocation, fixedLocation == nil {
      what += ", first on line \(line)"
    }
    log.report(entry.keyLocation, what, expected: "every key once")
  }

  private func location(_ mark: Mark?) -> ManifestLocation {
    fixedLocation ?? .text(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private func report(_ error: any Error) {
    guard let error = error as? YamlError else {
      log.report(location(nil), "not YAML: \(error)")
      return
    }
    let (what, position) = YAMLFault.describe(error)
    log.report(fixedLocation ?? position ?? location(nil), "not YAML: \(what)")
  }
}
