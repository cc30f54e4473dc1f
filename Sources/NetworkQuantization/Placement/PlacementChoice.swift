internal import ModelFiles

/// Which nodes of a model a user wants quantized.
package struct PlacementChoice: Sendable {
  /// The operators, of those that can be quantized.
  private let operators: [String: OperatorRole]
  private let only: NodePattern?
  private let excluded: NodePattern?

  /// A regular expression and the text that it was made of.
  package typealias NodePattern = (text: String, matches: @Sendable (String) -> Bool)

  /// - Parameters:
  ///   - operators: Their names, `all` for those that can be quantized; nothing for Conv,
  ///     ConvTranspose, Gemm and MatMul.
  ///   - only: Nodes that it does not match stay float.
  ///   - excluded: Nodes that it matches stay float.
  /// - Throws: ``NetworkError`` where an operator cannot be quantized.
  package init(
    operators names: [String] = [], only: NodePattern? = nil, excluded: NodePattern? = nil
  ) throws(NetworkError) {
    let known = OperatorRole.linear.merging(OperatorRole.others) { first, _ in first }
    var chosen: [String: OperatorRole] = names.isEmpty ? OperatorRole.linear : [:]
    for name in names {
      guard name != "all" else {
        chosen = known
        continue
      }
      guard let role = known[name] else {
        throw NetworkError(
          "operators",
          "'\(name)' cannot be quantized; expected all, or some of "
            + known.keys.sorted().joined(separator: ", "))
      }
      chosen[name] = role
    }
    (operators, self.only, self.excluded) = (chosen, only, excluded)
  }

  /// How an operator is quantized; nothing where it is not.
  func role(of node: Node) -> OperatorRole? { operators[node.operation] }

  /// Why a node that could be quantized stays float; nothing where it does not.
  func exclusion(of node: Node) -> String? {
    let name = node.name.isEmpty ? node.outputs.first ?? "" : node.name
    if let only, !only.matches(name) { return "--only \(only.text) does not match it" }
    if let excluded, excluded.matches(name) { return "--exclude \(excluded.text)" }
    return nil
  }
}
