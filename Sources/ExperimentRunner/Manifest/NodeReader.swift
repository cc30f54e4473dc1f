internal import TensorIO

/// Reads nodes as values of an expected kind, and reports a fault for any other kind.
package struct NodeReader {
  package let log: FaultLog

  /// Reports that a node is not of the expected kind.
  package func mismatch(_ node: ManifestNode, _ name: String, expected: String) {
    log.report(node.location, "\(name) is \(node.summary)", expected: expected)
  }

  /// Reads a text; numbers and words are texts too.
  func text(
    _ node: ManifestNode, _ name: String, expected: String = "text"
  ) -> String? {
    guard let text = node.scalar else {
      mismatch(node, name, expected: expected)
      return nil
    }
    return text
  }

  /// One of several words.
  package func word(_ node: ManifestNode, _ name: String, of known: [String]) -> String? {
    guard let word = node.scalar else {
      mismatch(node, name, expected: Self.oneOf(known))
      return nil
    }
    guard known.contains(word) else {
      log.report(
        node.location, "unknown \(name) \(quoted(word))", expected: Self.oneOf(known), word: word,
        known: known)
      return nil
    }
    return word
  }

  /// A whole number in a range.
  func integer(_ node: ManifestNode, _ name: String, in range: ClosedRange<Int>) -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let number = node.plainScalar.flatMap({ Int($0) }), range.contains(number) else {
      mismatch(node, name, expected: expected)
      return nil
    }
    return number
  }

  /// A finite number in decimal notation.
  package func number(_ node: ManifestNode, _ name: String) -> Double? {
    guard let number = node.plainScalar.flatMap(decimalNumber) else {
      mismatch(node, name, expected: "a number")
      return nil
    }
    return number
  }

  /// Reads the elements of a list, which must not be empty.
  func list(_ node: ManifestNode, _ name: String) -> [ManifestNode]? {
    guard case .sequence(let nodes) = node.content, !nodes.isEmpty else {
      mismatch(node, name, expected: "a list of one or more")
      return nil
    }
    return nodes
  }

  /// Reads the elements of a list, which must not be empty; any other node is one element.
  func oneOrMore(_ node: ManifestNode, _ name: String) -> [ManifestNode]? {
    if case .sequence = node.content { return list(node, name) }
    return [node]
  }

  /// Reads the entries of a mapping by key; reports and omits unknown keys.
  func fields(
    _ node: ManifestNode, _ name: String, known: [String]
  ) -> [String: ManifestNode.Entry]? {
    guard case .mapping(let entries) = node.content else {
      mismatch(node, name, expected: "a mapping with the keys \(known.joined(separator: ", "))")
      return nil
    }
    var fields: [String: ManifestNode.Entry] = [:]
    for entry in entries {
      if known.contains(entry.key) {
        fields[entry.key] = entry
      } else {
        log.report(
          entry.keyLocation, "\(name) has no key \(quoted(entry.key))", expected: Self.oneOf(known),
          word: entry.key, known: known)
      }
    }
    return fields
  }

  /// Reads the only entry of a mapping.
  func onlyEntry(_ node: ManifestNode, _ name: String, expected: String) -> ManifestNode.Entry? {
    guard case .mapping(let entries) = node.content, entries.count == 1 else {
      if case .mapping(let entries) = node.content, entries.count > 1 {
        log.report(
          entries[1].keyLocation, "\(name) is a mapping with \(entries.count) keys",
          expected: expected)
      } else {
        mismatch(node, name, expected: expected)
      }
      return nil
    }
    return entries[0]
  }

  /// `one of a, b, c`.
  static func oneOf(_ words: [String]) -> String {
    words.count == 1 ? "'\(words[0])'" : "one of \(words.joined(separator: ", "))"
  }
}
