package import ModelFiles
package import QuantizationCore

/// The quantizers that a model has, read from its QuantizeLinear and DequantizeLinear nodes, whoever
/// wrote them.
package struct ModelQuantizers: Sendable {
  /// The quantizer of a tensor that is made while the model runs.
  package struct Activation: Sendable {
    /// The tensor that is quantized.
    package let tensor: String
    /// What its readers read instead.
    package let dequantized: String
    /// The quantizer.
    package let parameters: QuantizationParameters
    /// The scale and zero point as the model has them, which may be such that no quantizer of ours has.
    package let scale: Float
    package let zeroPoint: Int
  }

  /// The codes that stand for a constant.
  package struct Weight: Sendable {
    /// The name of the codes.
    package let codesName: String
    /// The node that reads what they stand for: what it makes, and the input.
    package let reader: (output: String, input: Int)
    /// The lanes.
    package let partition: LanePartition
    /// The quantizer of each lane; the grid is the smallest that has all codes.
    package let parameters: [QuantizationParameters]
    /// The scales and zero points as the model has them, which may be such that no quantizer of ours has.
    package let scales: [Float]
    package let zeroPoints: [Int]
    /// The grid of the element type; without its lowest code where zero points are 0 and no weight has it.
    package let typeGrid: CodeGrid
    /// The codes in C order.
    package let codes: [Int]
  }

  /// The quantized activations in the order of the nodes.
  package private(set) var activations: [Activation] = []
  /// The quantized constants in the order of the nodes, biases of 32 bits left out.
  package private(set) var weights: [Weight] = []
  /// The tensors whose quantizers cannot be read, and why.
  package private(set) var unread: [(tensor: String, reason: String)] = []

  /// Reads the quantizers of a model.
  ///
  /// Complexity: O(nodes and codes).
  package init(_ model: Model) {
    let index = GraphIndex(model)
    var seen: Set<String> = []
    for node in model.nodes {
      switch node.operation {
      case "QuantizeLinear":
        guard let tensor = node.input(0), let codes = node.outputs.first,
          let dequantized = index.uses[codes]?.map({ model.nodes[$0.node] })
            .first(where: { $0.operation == "DequantizeLinear" })?.outputs.first
        else { continue }
        let source = Self.unclipped(tensor, index, model)
        // ONNX Runtime writes a pair for each reader; they are all alike.
        guard index.constants[source.tensor] == nil, seen.insert(source.tensor).inserted else {
          continue
        }
        guard let parameters = Self.parameters(node, index, bounds: source.bounds) else {
          unread.append((source.tensor, "its scale is no constant number"))
          continue
        }
        activations.append(
          Activation(
            tensor: source.tensor, dequantized: dequantized, parameters: parameters.quantizer,
            scale: parameters.scale, zeroPoint: parameters.zeroPoint))
      case "DequantizeLinear":
        guard let name = node.input(0), let codes = index.constants[name], codes.type != .int32,
          let use = node.outputs.first.flatMap({ index.uses[$0]?.first }),
          let output = model.nodes[use.node].outputs.first
        else { continue }
        guard let weight = Self.weight(node, codes, index, (output, use.input)) else {
          unread.append((name, "its scales are no constants of its lanes"))
          continue
        }
        weights.append(weight)
      default: continue
      }
    }
  }

  /// The tensor before a Clip of constant bounds, and the bounds; the tensor itself without one.
  private static func unclipped(
    _ tensor: String, _ index: GraphIndex, _ model: Model
  ) -> (tensor: String, bounds: (lower: Float, upper: Float)?) {
    guard let maker = index.makers[tensor], model.nodes[maker].operation == "Clip",
      tensor.hasSuffix("_clipped"), let source = model.nodes[maker].input(0),
      let lower = model.nodes[maker].input(1).flatMap({ index.constants[$0]?.floats?.first }),
      let upper = model.nodes[maker].input(2).flatMap({ index.constants[$0]?.floats?.first })
    else { return (tensor, nil) }
    return (source, (lower, upper))
  }

  /// The quantizer of an activation: that of the type of its codes, or of the part within the bounds.
  private static func parameters(
    _ node: Node, _ index: GraphIndex, bounds: (lower: Float, upper: Float)?
  ) -> (quantizer: QuantizationParameters, scale: Float, zeroPoint: Int)? {
    let zero = node.input(2).flatMap { index.constants[$0] }
    guard let scales = node.input(1).flatMap({ index.constants[$0]?.floats }), scales.count == 1,
      node.input(2) == nil || zero?.integers?.count == 1
    else { return nil }
    let zeroPoint = zero?.integers?.first ?? 0
    guard let codes = (zero?.type ?? .uint8).codes else { return nil }
    var used = codes
    if let bounds, scales[0] > 0 {
      let ends = [bounds.lower, bounds.upper].map {
        Int((Double($0) / Double(scales[0])).rounded().clamped(to: -65536...65536)) + zeroPoint
      }
      used = max(codes.lowerBound, ends[0])...max(ends[0], min(codes.upperBound, ends[1]))
    }
    return CodeGrid(holding: used, zeroPoints: [zeroPoint], isSigned: codes.lowerBound < 0).map {
      (
        QuantizationParameters(scale: Double(scales[0]), zeroPoint: zeroPoint, grid: $0), scales[0],
        zeroPoint
      )
    }
  }

  private static func weight(
    _ node: Node, _ codes: ModelTensor, _ index: GraphIndex, _ reader: (String, Int)
  ) -> Weight? {
    guard let values = codes.integers, let first = values.min(), let last = values.max(),
      let type = codes.type?.codes,
      let scale = node.input(1).flatMap({ index.constants[$0] }), let scales = scale.floats
    else { return nil }
    let zeros =
      node.input(2).flatMap { index.constants[$0]?.integers }
      ?? [Int](repeating: 0, count: scales.count)
    let axis = node.integer("axis") ?? 1
    let block = node.integer("block_size") ?? 0
    let granularity: Granularity =
      scales.count == 1 && block == 0
      ? .tensor : block > 0 ? .group(size: block, axis: axis) : .channel(axis: axis)
    guard zeros.count == scales.count,
      let partition = LanePartition(shape: codes.shape, granularity: granularity),
      partition.count == scales.count,
      let grid = CodeGrid(holding: first...last, zeroPoints: zeros, isSigned: type.lowerBound < 0),
      let typeGrid = CodeGrid(
        holding: type.lowerBound + (first > type.lowerBound ? 1 : 0)...type.upperBound,
        zeroPoints: zeros, isSigned: type.lowerBound < 0)
    else { return nil }
    return Weight(
      codesName: codes.name, reader: reader, partition: partition,
      parameters: zip(scales, zeros).map {
        QuantizationParameters(scale: Double($0), zeroPoint: $1, grid: grid)
      }, scales: scales, zeroPoints: zeros, typeGrid: typeGrid, codes: values)
  }
}

extension ModelElementType {
  /// The codes that the type holds, of those with up to 16 bits.
  fileprivate var codes: ClosedRange<Int>? {
    guard let bits = bitCount, bits <= 16 else { return nil }
    switch self {
    case .int2, .int4, .int8, .int16: return -(1 << (bits - 1))...(1 << (bits - 1)) - 1
    case .uint2, .uint4, .uint8, .uint16: return 0...(1 << bits) - 1
    default: return nil
    }
  }
}

extension CodeGrid {
  /// The narrowest grid that has these codes and zero points.
  fileprivate init?(holding codes: ClosedRange<Int>, zeroPoints: [Int], isSigned: Bool) {
    let isSymmetric = isSigned && zeroPoints.allSatisfy { $0 == 0 }
    let families: [GridFamily] =
      isSymmetric
      ? [.symmetricNarrow, .symmetricFull] : isSigned ? [.affineSigned] : [.affineUnsigned]
    for bits in BitWidth.allowed.compactMap(BitWidth.init) {
      for family in families {
        let grid = CodeGrid(family, bits: bits)
        let holdsAll =
          grid.minimumCode <= codes.lowerBound && codes.upperBound <= grid.maximumCode
          && zeroPoints.allSatisfy(grid.codes.contains)
        if holdsAll {
          self = grid
          return
        }
      }
    }
    return nil
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    isNaN ? 0 : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
