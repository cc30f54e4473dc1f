internal import IntegerLayers
internal import ModelFiles

/// Strides, padding and dilations of a convolution or pooling over one or two axes, as a node says them.
struct OperatorSizes: Sendable {
  let kernel: [Int]?
  let strides: [Int]
  let dilations: [Int]
  let padding: [Int]
  let groups: Int

  /// Nothing where the node wants what has no form here: padding by `auto_pad`, `ceil_mode`, indices, or
  /// more axes than two.
  init?(_ node: Node) {
    guard ["", "NOTSET", "VALID"].contains(node.text("auto_pad") ?? ""),
      node.integer("ceil_mode") ?? 0 == 0, node.integer("storage_order") ?? 0 == 0,
      node.outputs.dropFirst().allSatisfy(\.isEmpty)
    else { return nil }
    kernel = node.integers("kernel_shape")
    strides = node.integers("strides") ?? []
    dilations = node.integers("dilations") ?? []
    padding = node.text("auto_pad") == "VALID" ? [] : node.integers("pads") ?? []
    groups = node.integer("group") ?? 1
    let axes = [kernel?.count, strides.count, dilations.count, padding.count / 2]
      .compactMap(\.self).filter { $0 > 0 }
    guard axes.allSatisfy({ $0 <= 2 }), Set(axes).count <= 1 else { return nil }
  }

  /// The sizes for an input [batch, channel, ...] and a kernel.
  ///
  /// An input of one axis is an image of one row.
  ///
  /// - Throws: ``IntegerError`` where they do not go together.
  func shape(
    _ layer: String, input: [Int], outputs: Int, kernel: [Int], groups: Int
  ) throws(IntegerError) -> ConvolutionShape {
    guard input.count == 3 || input.count == 4, kernel.count == input.count - 2 else {
      throw IntegerError(
        layer,
        "an input of the shape \(input) and a kernel \(kernel); expected images of one or two axes")
    }
    func two(_ values: [Int], _ none: Int) -> (Int, Int) {
      switch values.count {
      case 0: (none, none)
      case 1: (none, values[0])
      default: (values[0], values[1])
      }
    }
    let pads =
      padding.isEmpty
      ? [0, 0, 0, 0]
      : padding.count == 2 ? [0, padding[0], 0, padding[1]] : padding
    let size = two(Array(input[2...]), 1)
    return try ConvolutionShape(
      layer, channels: input[1], rows: size.0, columns: size.1, outputs: outputs,
      kernel: two(kernel, 1), groups: groups, strides: two(strides, 1),
      dilations: two(dilations, 1), padding: pads)
  }

  /// The shape of the output of a convolution over an input of so many axes.
  static func outputShape(_ shape: ConvolutionShape, batch: Int, rank: Int) -> [Int] {
    [batch, shape.outputs] + (rank == 4 ? [shape.outputRows] : []) + [shape.outputColumns]
  }
}
