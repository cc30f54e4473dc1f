internal import ModelFiles

/// `y = erf(x)`: `dx = dy 2 / sqrt(pi) exp(-x²)`.
struct ErfRule: UnaryGradientRule {
  let operators = ["Erf"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let bell = graph.bell(node.inputs[0], -1)
    return graph.product(outputGradient, graph.scaled(bell, by: 2 / Double.pi.squareRoot()))
  }
}

/// `y = x F(x)`: `dx = dy (F + x F')`, where F is the normal distribution function, or with
/// `approximate = "tanh"` `(1 + tanh(u)) / 2` of `u = sqrt(2 / pi) (x + 0.044715 x³)`.
///
/// Source: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016).
struct GeluRule: UnaryGradientRule {
  let operators = ["Gelu"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let x = node.inputs[0]
    let (share, density) =
      node.text("approximate") == "tanh" ? byTanh(x, &graph) : exactly(x, &graph)
    let slope = graph.add("Add", [share, graph.product(x, density)])
    return graph.product(outputGradient, slope)
  }

  /// `F = (1 + erf(x / sqrt 2)) / 2`, `F' = exp(-x² / 2) / sqrt(2 pi)`.
  private func exactly(_ x: String, _ graph: inout GraphWriter) -> (String, String) {
    let error = graph.add("Erf", [graph.scaled(x, by: 0.5.squareRoot())])
    let density = graph.scaled(graph.bell(x, -0.5), by: 1 / (2 * Double.pi).squareRoot())
    return (graph.half(error), density)
  }

  /// `F' = (1 - tanh² u) u' / 2`, `u' = sqrt(2 / pi) (1 + 3 0.044715 x²)`.
  private func byTanh(_ x: String, _ graph: inout GraphWriter) -> (String, String) {
    let (root, cubic) = ((2 / Double.pi).squareRoot(), 0.044715)
    let square = graph.product(x, x)
    func polynomial(_ factor: Double) -> String {
      let sum = graph.add("Add", [graph.scaled(square, by: factor), graph.scalar(1)])
      return graph.scaled(sum, by: root)
    }
    let t = graph.add("Tanh", [graph.product(x, polynomial(cubic))])
    let flat = graph.add("Sub", [graph.scalar(1), graph.product(t, t)])
    let slope = graph.scaled(polynomial(3 * cubic), by: 0.5)
    return (graph.half(t), graph.product(flat, slope))
  }
}

extension GraphWriter {
  /// `exp(factor x²)`.
  fileprivate mutating func bell(_ x: String, _ factor: Double) -> String {
    add("Exp", [scaled(product(x, x), by: factor)])
  }

  /// `(1 + y) / 2`.
  fileprivate mutating func half(_ y: String) -> String {
    scaled(add("Add", [y, scalar(1)]), by: 0.5)
  }
}
