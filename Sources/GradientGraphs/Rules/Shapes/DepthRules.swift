internal import ModelFiles

/// `y` = blocks of places of x as channels: `dx = dy` with the channels as blocks again.
struct SpaceToDepthRule: UnaryGradientRule {
  let operators = ["SpaceToDepth"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.add("DepthToSpace", [outputGradient]) {
      $0.set("blocksize", node.integer("blocksize") ?? 1)
    }
  }
}

/// `y` = channels of x as blocks of places: `dx = dy` with the blocks as channels again.
///
/// The channels of a block lie C apart (`DCR`), or side by side (`CRD`, a pixel shuffle).
struct DepthToSpaceRule: UnaryGradientRule {
  let operators = ["DepthToSpace"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let size = node.integer("blocksize") ?? 1
    let apart = graph.add("SpaceToDepth", [outputGradient]) { $0.set("blocksize", size) }
    guard node.text("mode") == "CRD" else { return apart }
    // [N, size², C, places] to [N, C, size², places].
    let places = graph.add(
      "Slice", [graph.shape(of: graph.byChannel(apart)), graph.list([2]), graph.list([3])])
    let blocks = graph.add("Concat", [graph.list([0, size * size, -1]), places]) {
      $0.set("axis", 0)
    }
    let split = graph.add("Reshape", [apart, blocks])
    let turned = graph.add("Transpose", [split]) { $0.set("perm", [0, 2, 1, 3]) }
    return graph.reshaped(turned, like: node.inputs[0])
  }
}
