internal import TensorIO

/// The position of a piece of the manifest: a line and column of its text, or the n-th `--set` option.
///
/// Locations sort in the order in which faults are reported.
package enum ManifestLocation: Hashable, Comparable {
  case text(line: Int, column: Int)
  case option(Int)
}

/// A value with its location, for faults that are found after reading.
struct Located<Value> {
  let value: Value
  let location: ManifestLocation
}

/// A tree of texts, lists and mappings in which every node has its location.
///
/// It replaces the nodes of the YAML library, which resolve types and aliases and have no location for
/// a node that comes from an option.
package struct ManifestNode {
  /// A key of a mapping with its value.
  package struct Entry {
    package let key: String
    package let keyLocation: ManifestLocation
    package var value: ManifestNode
  }

  package enum Content {
    /// Plain scalars may be numbers; quoted ones are text even if they look like one.
    case scalar(String, isPlain: Bool)
    case sequence([ManifestNode])
    case mapping([Entry])
  }

  package var content: Content
  package let location: ManifestLocation

  /// Whether the node is empty or null.
  package var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The text of a scalar that is not null.
  package var scalar: String? {
    guard case .scalar(let text, _) = content, !isNull else { return nil }
    return text
  }

  /// The text of a scalar that may be a number.
  package var plainScalar: String? {
    guard case .scalar(let text, isPlain: true) = content, !isNull else { return nil }
    return text
  }

  /// The description of this node in messages.
  var summary: String {
    switch content {
    case .scalar(let text, let isPlain):
      isNull ? "nothing" : isPlain ? quoted(text) : "the text \(quoted(text))"
    case .sequence(let nodes): nodes.isEmpty ? "an empty list" : "a list"
    case .mapping: "a mapping"
    }
  }
}
