internal import ModelFiles

/// The window of a convolution or a pooling: how it moves over the spatial axes.
struct SlidingWindow {
  /// Where the padding before the first element comes from.
  enum Padding: Hashable {
    /// So much at the begin and the end of each axis.
    case fixed(begin: [Int], end: [Int])
    /// As much as an output of `ceil(input / stride)` needs, the odd one at the end or the begin.
    case same(isUpper: Bool)
  }

  let kernel: [Int]
  let strides: [Int]
  let dilations: [Int]
  let padding: Padding

  /// The number of spatial axes.
  var rank: Int { kernel.count }
  /// From the first to the last element under the window, for each axis.
  var extents: [Int] { zip(kernel, dilations).map { ($0 - 1) * $1 + 1 } }

  /// Reads a window.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - kernel: The kernel where the node does not say it; nil where it must.
  ///   - graph: For errors.
  init(
    _ node: Node, kernel known: [Int]?, _ graph: borrowing GraphWriter
  ) throws(GradientError) {
    guard let kernel = node.integers("kernel_shape") ?? known, !kernel.isEmpty else {
      throw graph.fault(node, "has no kernel_shape, and its weights have no known shape")
    }
    let ones = kernel.map { _ in 1 }
    (self.kernel, strides) = (kernel, node.integers("strides") ?? ones)
    dilations = node.integers("dilations") ?? ones
    let automatic = node.text("auto_pad") ?? "NOTSET"
    let zeros = kernel.map { _ in 0 }
    switch automatic {
    case "SAME_UPPER": padding = .same(isUpper: true)
    case "SAME_LOWER": padding = .same(isUpper: false)
    case "VALID": padding = .fixed(begin: zeros, end: zeros)
    default:
      let pads = node.integers("pads") ?? zeros + zeros
      guard pads.count == 2 * kernel.count else {
        throw graph.fault(node, "has \(pads.count) pads; expected \(2 * kernel.count)")
      }
      padding = .fixed(
        begin: Array(pads.prefix(kernel.count)), end: Array(pads.suffix(kernel.count)))
    }
    guard strides.count == kernel.count, dilations.count == kernel.count else {
      throw graph.fault(
        node, "has strides \(strides) and dilations \(dilations); expected \(kernel.count) of each")
    }
  }

  /// The window of a node whose second input are weights, [.., .., kernel...].
  init(weightsOf node: Node, _ graph: borrowing GraphWriter) throws(GradientError) {
    let kernel = (graph.knownShape(of: node.inputs[1]) ?? []).dropFirst(2)
    try self.init(
      node, kernel: kernel.contains(nil) ? nil : kernel.compactMap { $0 }, graph)
  }

  /// The padding where it is known before the model runs: with strides of 1 it does not depend on the
  /// size of the input.
  var fixedPadding: (begin: [Int], end: [Int])? {
    switch padding {
    case .fixed(let begin, let end): return (begin, end)
    case .same(let isUpper):
      guard strides.allSatisfy({ $0 == 1 }) else { return nil }
      let (small, large) = (extents.map { ($0 - 1) / 2 }, extents.map { $0 / 2 })
      return isUpper ? (small, large) : (large, small)
    }
  }

  /// Sets the attributes of a node.
  func set(_ node: inout Node, kernel: Bool = true) {
    if kernel { node.set("kernel_shape", self.kernel) }
    node.set("strides", strides)
    node.set("dilations", dilations)
  }
}

/// Sums over windows, and their transposes.
extension GraphWriter {
  /// The lengths of the spatial axes, [rank].
  mutating func spatialShape(of tensor: String, _ window: SlidingWindow) -> String {
    add("Slice", [shape(of: tensor), list([2]), list([2 + window.rank])])
  }

  /// What is put before and after each spatial axis of the input, two lists of the length [rank].
  mutating func padding(
    _ window: SlidingWindow, input: String, output: String
  ) -> (begin: String, end: String) {
    if let fixed = window.fixedPadding { return (list(fixed.begin), list(fixed.end)) }
    let steps = add("Sub", [spatialShape(of: output, window), list([1])])
    let covered = add("Add", [product(steps, list(window.strides)), list(window.extents)])
    let missing = add("Sub", [covered, spatialShape(of: input, window)])
    let total = add("Max", [missing, list([0])])
    let small = add("Div", [total, list([2])])
    let large = add("Sub", [total, small])
    return window.padding == .same(isUpper: true) ? (small, large) : (large, small)
  }

  /// The transpose of a sum over windows: each element of the output, times the weights, is added to
  /// the elements of the input that its window covers.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the output, [N, O, ...].
  ///   - weights: [O, C/group, kernel...].
  ///   - input: A tensor of the spatial shape of the result, [N, C, ...].
  mutating func transposed(
    _ gradient: String, weights: String, group: Int, _ window: SlidingWindow, input: String
  ) -> String {
    // With steps of 1 all elements of the input lie under a window, and the size comes out by itself.
    if window.strides.allSatisfy({ $0 == 1 }), let pads = window.fixedPadding {
      return add("ConvTranspose", [gradient, weights]) {
        window.set(&$0)
        $0.set("group", group)
        $0.set("pads", pads.begin + pads.end)
      }
    }
    let whole = add("ConvTranspose", [gradient, weights]) {
      window.set(&$0)
      $0.set("group", group)
    }
    let begin = padding(window, input: input, output: gradient).begin
    let size = spatialShape(of: input, window)
    let rest = add("Sub", [size, spatialShape(of: whole, window)])
    let pads = add(
      "Concat",
      [list([0, 0]), add("Neg", [begin]), list([0, 0]), add("Add", [rest, begin])]
    ) { $0.set("axis", 0) }
    // Cuts the padding off, and adds what no window reaches.
    return add("Pad", [whole, pads])
  }
}
