internal import TensorIO

/// What a record is about: one tensor, or a model as a whole on some data.
package enum Subject: Sendable {
  /// A tensor, by its name.
  case tensor(String)
  /// A model, by its name, and the name of the data it is measured on; neither has a `@`.
  case model(String, data: String)
}

extension Subject: LosslessStringConvertible {
  private static let (model, tensor) = ("model:", "tensor:")

  /// As files and messages write it: the name of a tensor, or `model:NAME@DATA`.
  ///
  /// A tensor whose name begins like one of the two forms has `tensor:` before it.
  package var description: String {
    switch self {
    case .tensor(let name):
      Self.isReserved(name) ? Self.tensor + name : name
    case .model(let name, let data): "\(Self.model)\(name)@\(data)"
    }
  }

  /// Reads what ``description`` writes; nothing for an empty text and for half a model.
  package init?(_ text: String) {
    if let rest = text.dropping(Self.model) {
      let parts = rest.utf8.split(
        separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
      self = .model(String(Substring(parts[0])), data: String(Substring(parts[1])))
    } else if let rest = text.dropping(Self.tensor), Self.isReserved(rest) {
      self = .tensor(rest)
    } else {
      guard !text.isEmpty else { return nil }
      self = .tensor(text)
    }
  }

  /// Whether the name of a tensor would be taken for one of the two forms.
  private static func isReserved(_ name: String) -> Bool {
    name.dropping(model) != nil || name.dropping(tensor).map(isReserved) == true
  }
}

extension Subject: Hashable {
  /// Whether two subjects are the same, names byte for byte.
  package static func == (left: Self, right: Self) -> Bool {
    ExactName(left.description) == ExactName(right.description)
  }

  /// Hashes what ``==(_:_:)`` compares.
  package func hash(into hasher: inout Hasher) { hasher.combine(ExactName(description)) }
}

extension String {
  /// What is left behind a prefix, which is compared byte for byte; nil where the text lacks it.
  fileprivate func dropping(_ prefix: String) -> String? {
    utf8.starts(with: prefix.utf8) ? String(utf8.dropFirst(prefix.utf8.count)) : nil
  }
}
