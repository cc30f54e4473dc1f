internal import TensorIO

/// What is wrong with a model file or with a model itself; every text is one line.
package enum ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is absent, cannot be read or cannot be written.
  case unreadable(path: String, reason: String)
  /// The file exists and is no ONNX model, or what it says contradicts itself.
  case malformed(model: String, reason: String)
  /// A model that is right, but of a kind that is not handled here.
  case unsupported(model: String, reason: String)

  /// Whether the file could not be opened at all, as opposed to holding a bad model.
  package var isMissingFile: Bool {
    if case .unreadable = self { return true }
    return false
  }

  /// What is wrong, without the file or the model.
  package var reason: String {
    switch self {
    case .unreadable(_, let reason), .malformed(_, let reason), .unsupported(_, let reason): reason
    }
  }

  /// The file or the model, and what is wrong with it.
  package var description: String {
    switch self {
    case .unreadable(let name, let reason), .malformed(let name, let reason),
      .unsupported(let name, let reason):
      "\(printable(name)): \(reason)"
    }
  }
}
