internal import TensorIO

/// Where a piece of the manifest stands: in its text, or in the n-th `--set` option.
///
/// Sorts in the order in which faults are reported.
package enum Place: Hashable, Comparable {
  case text(line: Int, column: Int)
  case option(Int)
}

/// A value with the place it came from, for faults that show only later.
struct Placed<Value> {
  let value: Value
  let place: Place
}

/// A tree of texts, lists and mappings in which every node knows its place.
///
/// The YAML library's own nodes are left behind at the door: they resolve types and aliases, and an
/// option has no line to point at.
package struct ManifestNode {
  /// A key of a mapping with its value.
  package struct Entry {
    package let key: String
    package let keyPlace: Place
    package var value: ManifestNode
  }

  package enum Content {
    /// Plain scalars may be numbers; quoted ones are text even if they look like one.
    case scalar(String, isPlain: Bool)
    case sequence([ManifestNode])
    case mapping([Entry])
  }

  package var content: Content
  package let place: Place

  /// Whether nothing was written where a value could be.
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

  /// How a message calls this node.
  var summary: String {
    switch content {
    case .scalar(let text, let isPlain):
      isNull ? "nothing" : isPlain ? quoted(text) : "the text \(quoted(text))"
    case .sequence(let nodes): nodes.isEmpty ? "an empty list" : "a list"
    case .mapping: "a mapping"
    }
  }
}
