internal import IntegerLayers
internal import ModelFiles
internal import NetworkQuantization
internal import QuantizationCore

/// Codes, scales and bias of a Conv, Gemm or MatMul as a matrix with a row for each output.
struct LayerWeights: Sendable {
  let codes: [Int]
  let isSigned: Bool
  let zeroPoints: [Int]
  let scales: [Float]
  let bias: [Int]?
  /// The shape of the weight in the model.
  let shape: [Int]
  let outputs: Int

  /// Reads the weights of a node whose input has a quantizer.
  ///
  /// - Returns: Nothing where they are no codes of 8 bits at most, with scales by tensor or output.
  init?(_ node: Node, _ graph: QuantizedGraph, inputScale: Float) {
    guard let (quantizer, tensor) = graph.constantCodes(node.input(1)),
      let type = tensor.type, [.int8, .uint8, .int4, .uint4].contains(type),
      let codes = tensor.integers, quantizer.integer("block_size") ?? 0 == 0,
      let scales = quantizer.input(1).flatMap({ graph.index.constants[$0]?.floats }),
      !scales.isEmpty
    else { return nil }
    let zeros =
      quantizer.input(2).flatMap { graph.index.constants[$0]?.integers }
      ?? [Int](repeating: 0, count: scales.count)
    let isTransposed = node.operation == "Gemm" && node.integer("transB") ?? 0 != 0
    let isConvolution = node.operation == "Conv"
    guard isConvolution ? tensor.shape.count >= 3 : tensor.shape.count == 2 else { return nil }
    let axis = isConvolution || isTransposed ? 0 : 1
    outputs = tensor.shape[axis]
    let ownAxis = quantizer.integer("axis") ?? 1
    guard zeros.count == scales.count,
      scales.count == 1
        || scales.count == outputs
          && (ownAxis < 0 ? ownAxis + tensor.shape.count : ownAxis) == axis
    else { return nil }
    shape = tensor.shape
    isSigned = type == .int8 || type == .int4
    (self.scales, zeroPoints) = (scales, zeros)
    if axis == 0 {
      self.codes = codes
    } else {
      let (rows, columns) = (tensor.shape[0], outputs)
      self.codes = (0..<columns).flatMap { column in
        (0..<rows).map { codes[$0 * columns + column] }
      }
    }
    guard let bias = Self.bias(node, graph, scales.map { $0 * inputScale }, outputs) else {
      return nil
    }
    self.bias = bias.isEmpty ? nil : bias
  }

  /// The bias with the scale of the products; empty for none, nothing where it has another form.
  private static func bias(
    _ node: Node, _ graph: QuantizedGraph, _ scales: [Float], _ outputs: Int
  ) -> [Int]? {
    guard node.operation != "MatMul", let name = node.input(2) else { return [] }
    let values: [Float]
    if let (quantizer, codes) = graph.constantCodes(name) {
      let zeros = quantizer.input(2).map { graph.index.constants[$0]?.integers ?? [1] } ?? []
      guard codes.type == .int32, let whole = codes.integers, whole.count == outputs,
        zeros.allSatisfy({ $0 == 0 }),
        let own = quantizer.input(1).flatMap({ graph.index.constants[$0]?.floats }),
        own.count == 1 || own.count == outputs
      else { return nil }
      if (0..<outputs).allSatisfy({
        own[own.count == 1 ? 0 : $0] == scales[scales.count == 1 ? 0 : $0]
      }) {
        return whole
      }
      values = whole.enumerated().map { Float($1) * own[own.count == 1 ? 0 : $0] }
    } else {
      values = graph.index.constants[name]?.floats ?? []
    }
    // A bias that stays float, or has a scale of its own, is rounded to the scale of its products.
    guard values.count == outputs else { return nil }
    let codes = values.enumerated().map { place, value in
      (value / scales[scales.count == 1 ? 0 : place]).rounded(.toNearestOrEven)
    }
    return codes.allSatisfy { abs($0) < 0x1p31 } ? codes.map { Int($0) } : nil
  }
}
