internal import TensorIO

/// Why ranges cannot be written to a format, or a file not be read.
package struct FormatFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The place, what is wrong there, and what was expected.
  package let description: String

  /// Says what is wrong.
  package init(_ description: String) { self.description = description }

  /// Says what is wrong at a place, such as `line 3` or `encodings[2] 'x'`.
  package init(_ place: String, _ reason: String) { description = "\(place): \(reason)" }
}

/// A tensor that a format cannot express, and why.
package struct RefusedTensor: Hashable, Sendable {
  /// The name of the tensor.
  package let name: String
  /// What cannot be expressed, in a few words.
  package let reason: String

  /// Refuses a tensor.
  package init(name: String, reason: String) { (self.name, self.reason) = (name, reason) }

  /// Lines that name the tensors of each reason, at most `limit` of them.
  ///
  /// Complexity: O(tensors).
  package static func lines(_ refused: [RefusedTensor], limit: Int = 20) -> [String] {
    var reasons: [String] = []
    var names: [String: [String]] = [:]
    for tensor in refused {
      if names[tensor.reason] == nil { reasons.append(tensor.reason) }
      names[tensor.reason, default: []].append(tensor.name)
    }
    return reasons.map { reason in
      let all = names[reason] ?? []
      let rest = all.count > limit ? " and \(all.count - limit) more" : ""
      return "\(reason): " + all.prefix(limit).map(quoted).joined(separator: ", ") + rest
    }
  }
}
