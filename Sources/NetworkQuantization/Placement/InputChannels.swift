package import ModelFiles

/// Which input channel of its operator each element of a weight is multiplied by.
package struct InputChannels: Sendable {
  /// The tensor whose values the weight is multiplied by.
  package let activation: String
  /// The axis of that tensor along which the channels lie; negative from the last axis.
  package let axis: Int
  /// The number of channels.
  package let count: Int
  private let shape: [Int]
  private let layout: Layout

  private enum Layout {
    /// The channel is the index along an axis.
    case axis(Int)
    /// The channel is the index along axis 1, behind the channels of the groups before.
    case grouped(outputs: Int)
  }

  /// The channels of a weight where a node reads it; nothing where the operator has none.
  ///
  /// | operator | weight | channel | input axis |
  /// |---|---|---|---|
  /// | Conv | [O, I/g, ...] | i of the group of o | 1 |
  /// | ConvTranspose | [I, O/g, ...] | i | 1 |
  /// | MatMul, Gemm | the axis of summation | k | the axis of summation |
  package init?(_ weight: Placement.Weight, _ use: GraphIndex.Use, in model: Model) {
    let node = model.nodes[use.node]
    let shape = weight.shape
    switch node.operation {
    case "Conv":
      let groups = max(1, node.integer("group") ?? 1)
      guard use.input == 1, shape.count >= 2, shape[0] % groups == 0 else { return nil }
      (axis, count) = (1, shape[1] * groups)
      layout = .grouped(outputs: shape[0] / groups)
    case "ConvTranspose":
      guard use.input == 1, shape.count >= 2 else { return nil }
      (axis, count) = (1, shape[0])
      layout = .axis(0)
    case "MatMul", "Gemm":
      guard use.input < 2, let sum = node.reductionAxis(ofInput: use.input, rank: shape.count)
      else { return nil }
      let isTransposed = node.integer(use.input == 1 ? "transA" : "transB") ?? 0 != 0
      // The rows of what stands behind are summed, the columns of what stands before.
      axis = (use.input == 1) != isTransposed ? -1 : -2
      count = shape[sum]
      layout = .axis(sum)
    default: return nil
    }
    guard let activation = node.input(use.input == 1 ? 0 : 1) else { return nil }
    (self.activation, self.shape) = (activation, shape)
  }

  /// The channel of each element of the weight, in C order.
  package var ofElements: [Int] {
    let all = shape.reduce(1, *)
    switch layout {
    case .axis(let axis):
      let inner = shape[(axis + 1)...].reduce(1, *)
      return (0..<all).map { $0 / inner % shape[axis] }
    case .grouped(let outputs):
      let inner = shape[2...].reduce(1, *)
      return (0..<all).map {
        $0 / inner / shape[1] / outputs * shape[1] + $0 / inner % shape[1]
      }
    }
  }
}
