internal import IntegerLayers
internal import ModelFiles

/// Strides, padding and dilations of a convolution or pooling over one or two axes, as a node says them.
struct OperatorSizes: Sendable {
  let kernel: [Int]?
  let strides: [Int]
  let dilations: [Int]
  /// Nothing where it follows from the size of the input.
  private let padding: [Int]?
  /// Whether the odd place of such a padding is put behind the input and not in front.
  private let isOddBehind: Bool
  let groups: Int

  /// Nothing where the node wants what has no form here: `ceil_mode`, indices, or more axes than two.
  init?(_ node: Node) {
    let automatic = node.text("auto_pad") ?? "NOTSET"
    guard node.integer("ceil_mode") ?? 0 == 0, node.integer("storage_order") ?? 0 == 0,
      node.outputs.dropFirst().allSatisfy(\.isEmpty)
    else { return nil }
    kernel = node.integers("kernel_shape")
    strides = node.integers("strides") ?? []
    dilations = node.integers("dilations") ?? []
    isOddBehind = automatic == "SAME_UPPER"
    switch automatic {
    case "SAME_UPPER", "SAME_LOWER": padding = nil
    case "VALID": padding = []
    default: padding = node.integers("pads") ?? []
    }
    groups = node.integer("group") ?? 1
    let axes = [kernel?.count, strides.count, dilations.count, (padding?.count ?? 0) / 2]
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
    let size = two(Array(input[2...]), 1)
    let (extent, steps, gaps) = (two(kernel, 1), two(strides, 1), two(dilations, 1))
    let pads: [Int]
    switch padding?.count {
    case nil:
      let rows = same(size.0, extent.0, steps.0, gaps.0)
      let columns = same(size.1, extent.1, steps.1, gaps.1)
      pads = [rows.begin, columns.begin, rows.end, columns.end]
    case 0: pads = [0, 0, 0, 0]
    case 2: pads = [0, padding?[0] ?? 0, 0, padding?[1] ?? 0]
    default: pads = padding ?? []
    }
    return try ConvolutionShape(
      layer, channels: input[1], rows: size.0, columns: size.1, outputs: outputs,
      kernel: extent, groups: groups, strides: steps, dilations: gaps, padding: pads)
  }

  /// The padding of an axis that gives `ceil(length / stride)` outputs.
  private func same(
    _ length: Int, _ kernel: Int, _ stride: Int, _ dilation: Int
  ) -> (begin: Int, end: Int) {
    let outputs = (length + stride - 1) / max(1, stride)
    let all = max(0, (outputs - 1) * stride + (kernel - 1) * dilation + 1 - length)
    let small = all / 2
    return isOddBehind ? (small, all - small) : (all - small, small)
  }

  /// The shape of the output of a convolution over an input of so many axes.
  static func outputShape(_ shape: ConvolutionShape, batch: Int, rank: Int) -> [Int] {
    [batch, shape.outputs] + (rank == 4 ? [shape.outputRows] : []) + [shape.outputColumns]
  }
}
