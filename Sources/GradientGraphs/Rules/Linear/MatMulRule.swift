internal import ModelFiles

/// `Y = A B`, of matrices or of stacks of matrices that are broadcast: `dA = dY Bᵀ`, `dB = Aᵀ dY`,
/// summed where a stack was repeated.
///
/// A vector on the left counts as one row, a vector on the right as one column, where the model says
/// that it is one.
struct MatMulRule: GradientRule {
  let operators = ["MatMul"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard var incoming = subject.outputGradients[0] else { return [] }
    let names = subject.node.inputs
    var (left, right) = (names[0], names[1])
    let ranks = names.map { graph.knownShape(of: $0)?.count }
    if ranks[1] == 1 {
      right = graph.add("Unsqueeze", [right, graph.list([-1])])
      incoming = graph.add("Unsqueeze", [incoming, graph.list([-1])])
    }
    if ranks[0] == 1 {
      left = graph.add("Unsqueeze", [left, graph.list([0])])
      incoming = graph.add("Unsqueeze", [incoming, graph.list([-2])])
    }
    let hasOneMatrix = ranks[1] == 1 || ranks[1] == 2
    var gradients: [String?] = [nil, nil]
    if subject.wants(0) {
      if hasOneMatrix {
        let turned = graph.add("Transpose", [right]) { $0.set("perm", [1, 0]) }
        let product = graph.add("MatMul", [incoming, turned])
        gradients[0] = ranks[0] == 1 ? graph.reshaped(product, like: names[0]) : product
      } else {
        let product = graph.add("MatMul", [incoming, graph.turned(right)])
        gradients[0] = backToShape(product, left, names[0], &graph)
      }
    }
    if subject.wants(1) {
      if hasOneMatrix {
        // All rows of all matrices at once.
        let rows = graph.rows(left, like: graph.lastLength(of: left))
        let results = graph.rows(incoming, like: graph.lastLength(of: incoming))
        let product = graph.add("Gemm", [rows, results]) { $0.set("transA", 1) }
        gradients[1] = ranks[1] == 1 ? graph.reshaped(product, like: names[1]) : product
      } else {
        let product = graph.add("MatMul", [graph.turned(left), incoming])
        gradients[1] = backToShape(product, right, names[1], &graph)
      }
    }
    return gradients
  }

  /// Sums over what was repeated, and takes an axis away that was put in.
  private func backToShape(
    _ gradient: String, _ matrix: String, _ name: String, _ graph: inout GraphWriter
  ) -> String {
    let summed = graph.unbroadcast(gradient, to: matrix)
    return matrix == name ? summed : graph.reshaped(summed, like: name)
  }
}

extension GraphWriter {
  /// The transpose of each matrix of a stack of any number of axes.
  fileprivate mutating func turned(_ stack: String) -> String {
    if let rank = knownShape(of: stack)?.count {
      let order = Array(0..<rank - 2) + [rank - 1, rank - 2]
      return add("Transpose", [stack]) { $0.set("perm", order) }
    }
    // The order of axes is an attribute, so that the stack must have three of them for a while.
    let whole = shape(of: stack)
    let outer = add("Slice", [whole, list([0]), list([-2])])
    let rows = add("Slice", [whole, list([-2]), list([-1])])
    let columns = lastLength(of: stack)
    func joined(_ parts: [String]) -> String { add("Concat", parts) { $0.set("axis", 0) } }
    let flat = add("Reshape", [stack, joined([list([-1]), rows, columns])])
    let turned = add("Transpose", [flat]) { $0.set("perm", [0, 2, 1]) }
    return add("Reshape", [turned, joined([outer, columns, rows])])
  }

  /// The length of the last axis, [1].
  fileprivate mutating func lastLength(of tensor: String) -> String {
    add("Slice", [shape(of: tensor), list([-1]), list([Int(Int32.max)])])
  }

  /// A tensor as a matrix whose rows have a length.
  fileprivate mutating func rows(_ tensor: String, like length: String) -> String {
    let shape = add("Concat", [list([-1]), length]) { $0.set("axis", 0) }
    return add("Reshape", [tensor, shape])
  }
}
