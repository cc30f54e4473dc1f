internal import TensorIO

/// Writes the values of `--set` options into the tree, before it is checked.
struct Overrides {
  let log: FaultLog

  /// Applies the options in order; each applies to the result of those before it.
  func apply(_ options: [String], to root: inout ManifestNode) {
    for (index, option) in options.enumerated() {
      let location = ManifestLocation.option(index)
      guard let equals = option.firstIndex(of: "="),
        let path = OverridePath(option[..<equals])
      else {
        log.report(
          location, "not an override", expected: "path=value, such as seed=7 or bits=[4,8]")
        continue
      }
      let text = String(option[option.index(after: equals)...])
      let before = log.count
      let value = YAMLReader(log: log, fixedLocation: location).read(text)
      guard log.count == before else { continue }
      let null = ManifestNode(content: .scalar("", isPlain: true), location: location)
      set(path, 0, in: &root, to: value ?? null)
    }
  }

  /// Sets the value at a path.
  ///
  /// It replaces the value that exists. Only a key of a mapping may be new.
  private func set(
    _ path: OverridePath, _ depth: Int, in node: inout ManifestNode, to value: ManifestNode
  ) {
    guard depth < path.steps.count else {
      node = value
      return
    }
    let step = path.steps[depth]
    switch node.content {
    case .scalar:
      log.report(
        value.location, "\(path.prefix(depth)) is a single value, nothing in it can be set",
        expected: "a path to a value")
    case .sequence(var nodes):
      guard let index = Int(step), nodes.indices.contains(index) else {
        log.report(
          value.location,
          "\(path.prefix(depth)) is a list without an element \(quoted(String(step)))",
          expected: nodes.isEmpty ? nil : "an index from 0 to \(nodes.count - 1)")
        return
      }
      set(path, depth + 1, in: &nodes[index], to: value)
      node.content = .sequence(nodes)
    case .mapping(var entries):
      if let index = entries.firstIndex(where: { $0.key == step }) {
        set(path, depth + 1, in: &entries[index].value, to: value)
      } else if depth == path.steps.count - 1 {
        entries.append(
          ManifestNode.Entry(key: String(step), keyLocation: value.location, value: value))
      } else {
        let keys = entries.map(\.key)
        log.report(
          value.location, "\(path.prefix(depth)) has no key \(quoted(String(step)))",
          expected: keys.isEmpty ? nil : NodeReader.oneOf(keys), word: String(step), known: keys)
        return
      }
      node.content = .mapping(entries)
    }
  }
}
