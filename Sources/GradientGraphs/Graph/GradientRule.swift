internal import ModelFiles

/// A node whose gradient is asked for.
struct DifferentiatedNode {
  /// The node as the model has it.
  let node: Node
  /// What the rule kept of the forward graph.
  let saved: [String]
  /// The gradient of each output; nil where the loss does not depend on it.
  let outputGradients: [String?]
  /// Whether the gradient of each input is wanted.
  let wanted: [Bool]

  /// Whether the gradient of an input is wanted.
  func wants(_ input: Int) -> Bool { wanted.indices.contains(input) && wanted[input] }
}

/// How the gradient passes through an operator: of its inputs from that of its outputs.
///
/// A rule is one value in ``GradientRules``; conforming types say the formula.
protocol GradientRule: Sendable {
  /// The operators that it is for.
  var operators: [String] { get }
  /// The domain of the operators; empty for the standard one.
  var domain: String { get }

  /// Writes the node into the forward graph, and says what of it the gradient will need.
  ///
  /// The default writes the node as it is.
  func forward(_ node: Node, in graph: inout GraphWriter) throws(GradientError) -> [String]

  /// Writes the gradients.
  ///
  /// - Returns: The gradient of each input, of its shape; nil where it is not wanted, and where it is
  ///   zero everywhere.
  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?]
}

extension GradientRule {
  var domain: String { "" }

  func forward(_ node: Node, in graph: inout GraphWriter) throws(GradientError) -> [String] {
    graph.keep(node)
    return []
  }
}

/// A rule for an operator of which only the first output has a gradient, and only the first input.
///
/// Most operators are of this kind.
protocol UnaryGradientRule: GradientRule {
  /// Writes the gradient of the first input.
  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String
}

extension UnaryGradientRule {
  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard subject.wants(0), let incoming = subject.outputGradients[0] else { return [] }
    return [try gradient(incoming, of: subject.node, in: &graph)]
  }
}
