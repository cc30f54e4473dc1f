internal import ModelFiles

/// The nodes between the product of queries and keys and the end of the Softmax over it, where a mask
/// is added on the way.
///
/// A mask adds some -10000 to what must not be seen. A range over such values leaves hardly a code to
/// the others: ONNX Runtime's default, which quantizes them, takes a sentence encoder from 57 % to 12 %.
struct MaskedLogits {
  private let nodes: Set<Int>

  /// Finds them.
  ///
  /// Complexity: O(nodes): each is visited for one Softmax.
  init(_ model: Model, _ index: GraphIndex) {
    var found: Set<Int> = []
    for (place, node) in model.nodes.enumerated() where node.operation == "Softmax" {
      var path: Set<Int> = [place]
      var pending = node.inputs
      var isMasked = false
      while let name = pending.popLast() {
        guard let maker = index.makers[name], !path.contains(maker) else { continue }
        let operation = model.nodes[maker].operation
        guard Self.passesOn.contains(operation) else { continue }
        path.insert(maker)
        isMasked = isMasked || Self.isMask(model.nodes[maker], index)
        pending += model.nodes[maker].inputs
      }
      if isMasked { found.formUnion(path) }
    }
    nodes = found
  }

  /// Why a node stays float; nothing for another.
  func reason(_ node: Int) -> String? {
    nodes.contains(node) ? "a mask is added to these logits, whose values would set the range" : nil
  }

  /// Whether a node may add a mask: a bias, a constant of one axis, is none.
  private static func isMask(_ node: Node, _ index: GraphIndex) -> Bool {
    masks.contains(node.operation)
      && !node.inputs.contains { (index.constants[$0]?.shape.count ?? 2) < 2 }
  }

  private static let masks: Set<String> = ["Add", "Sub", "Where"]
  private static let passesOn = masks.union(["Mul", "Div", "Reshape", "Transpose", "Cast"])
}
