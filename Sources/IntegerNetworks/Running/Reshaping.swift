internal import IntegerLayers
internal import ModelFiles
internal import NetworkQuantization

extension IntegerNetwork {
  /// The shape that Reshape, Flatten, Squeeze, Unsqueeze or Identity gives a tensor.
  func reshaped(_ shape: [Int], _ node: Node) throws(IntegerError) -> [Int] {
    let count = shape.reduce(1, *)
    let found: [Int]
    switch node.operation {
    case "Flatten":
      let axis = node.integer("axis") ?? 1
      let split = axis < 0 ? axis + shape.count : axis
      guard (0...shape.count).contains(split) else { throw fault(node, shape) }
      found = [shape[..<split].reduce(1, *), shape[split...].reduce(1, *)]
    case "Reshape":
      guard let wanted = numbers(node, 1) else { throw fault(node, shape) }
      var sizes: [Int] = []
      for (place, size) in wanted.enumerated() {
        let isCopied = size == 0 && node.integer("allowzero") ?? 0 == 0
        guard !isCopied || place < shape.count else { throw fault(node, shape) }
        sizes.append(isCopied ? shape[place] : size)
      }
      if let free = sizes.firstIndex(of: -1) {
        let others = sizes.enumerated().reduce(1) { $1.offset == free ? $0 : $0 * $1.element }
        guard others > 0, count % others == 0 else { throw fault(node, shape) }
        sizes[free] = count / others
      }
      found = sizes
    case "Squeeze":
      let axes = numbers(node, 1) ?? node.integers("axes")
      let gone = Set(
        (axes ?? shape.indices.filter { shape[$0] == 1 }).map { $0 < 0 ? $0 + shape.count : $0 })
      found = shape.indices.filter { !gone.contains($0) }.map { shape[$0] }
    case "Unsqueeze":
      guard let axes = numbers(node, 1) ?? node.integers("axes") else { throw fault(node, shape) }
      let rank = shape.count + axes.count
      let new = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
      var rest = shape[...]
      found = (0..<rank).map { new.contains($0) ? 1 : rest.popFirst() ?? 1 }
    default: found = shape
    }
    guard found.allSatisfy({ $0 >= 0 }), found.reduce(1, *) == count else {
      throw fault(node, shape)
    }
    return found
  }

  private func numbers(_ node: Node, _ input: Int) -> [Int]? {
    node.input(input).flatMap { graph.index.constants[$0]?.integers }
  }

  private func fault(_ node: Node, _ shape: [Int]) -> IntegerError {
    IntegerError(node.label, "cannot give the shape \(shape) another of as many elements")
  }
}
