internal import IntegerLayers
internal import ModelFiles
internal import NetworkQuantization
internal import NetworkRuntime
internal import QuantizationCore

/// What each form of a node computes.
extension IntegerNetwork {
  func compute(
    _ index: Int, _ node: Node, _ form: NetworkPlan.Form, _ read: [NetworkValue]
  ) throws -> NetworkValue {
    if case .quantize(let parameters) = form {
      switch read[0] {
      case .codes(let codes): return .codes(codes.quantized(with: parameters))
      case .value(let value):
        return .codes(
          try value.withFloats {
            IntegerActivations($0, shape: value.shape, parameters: parameters)
          })
      }
    }
    guard case .codes(let x) = read[0] else {
      throw IntegerError(node.label, "its input is no codes")
    }
    switch form {
    case .quantize, .same: return .codes(x)
    case .reshape: return .codes(x.reshaped(try reshaped(x.shape, node)))
    case .linear(let destination):
      return node.operation == "Conv"
        ? try convolve(index, node, x, destination) : try multiply(index, node, x, destination)
    case .add(let destination):
      guard case .codes(let other) = read[1] else {
        throw IntegerError(node.label, "its second term is no codes")
      }
      guard other.shape == x.shape else {
        throw IntegerError(
          node.label, "terms of the shapes \(x.shape) and \(other.shape); expected one shape")
      }
      note(index, terms: 2, Accumulators(values: [], range: 0...0), bound: nil)
      let sum = try IntegerAddition(
        node.label, x.parameters, other.parameters, to: destination.parameters,
        bounds: destination.bounds)
      return .codes(
        IntegerActivations(
          shape: x.shape, stored: sum.codes(x.stored, other.stored),
          parameters: destination.parameters))
    case .maximum:
      let shape = try window(node, x)
      return .codes(
        IntegerActivations(
          shape: OperatorSizes.outputShape(shape, batch: x.shape[0], rank: x.shape.count),
          stored: IntegerPooling(shape).maximum(x), parameters: x.parameters))
    case .average(let destination):
      let shape = try window(node, x)
      let pooling = IntegerPooling(shape)
      let sums = try pooling.sums(x)
      let count = shape.kernelRows * shape.kernelColumns
      note(index, terms: count, sums, bound: nil)
      // Places outside the image are zeros that count, or there are fewer places.
      let counts = node.integer("count_include_pad") ?? 0 != 0 ? [count] : pooling.counts
      let codes = try Requantizer(
        node.label, input: x.parameters.scale, weights: counts.map { 1 / Float(max(1, $0)) },
        to: destination.parameters, bounds: destination.bounds, rounding: rounding)
      return .codes(
        IntegerActivations(
          shape: OperatorSizes.outputShape(shape, batch: x.shape[0], rank: x.shape.count),
          stored: codes.codes(sums.values.span, inner: 1), parameters: destination.parameters))
    }
  }

  /// The windows of a pooling; those of a global one are the whole image.
  private func window(_ node: Node, _ x: IntegerActivations) throws -> ConvolutionShape {
    guard x.shape.count == 3 || x.shape.count == 4, let sizes = OperatorSizes(node) else {
      throw IntegerError(
        node.label, "an input of the shape \(x.shape); expected images of one or two axes")
    }
    let kernel =
      node.operation == "GlobalAveragePool" ? Array(x.shape[2...]) : sizes.kernel ?? []
    return try sizes.shape(
      node.label, input: x.shape, outputs: x.shape[1], kernel: kernel, groups: x.shape[1])
  }

  private func convolve(
    _ index: Int, _ node: Node, _ x: IntegerActivations,
    _ destination: QuantizedGraph.Destination?
  ) throws -> NetworkValue {
    guard x.shape.count == 3 || x.shape.count == 4 else {
      throw IntegerError(
        node.label, "an input of the shape \(x.shape); expected images of one or two axes")
    }
    let size = Array(x.shape[2...])
    let known = convolutions[index].map { layer in
      [layer.shape.rows, layer.shape.columns].suffix(size.count) == size[...]
    }
    if known != true { convolutions[index] = try convolution(node, x) }
    guard let layer = convolutions[index] else { throw IntegerError(node.label, "has no weights") }
    let sums = try layer.accumulate(x.stored.span, path: path)
    note(index, terms: layer.shape.products, sums, bound: layer.bound)
    return try finished(
      node, sums, input: x.parameters.scale, scales: layer.scales,
      shape: OperatorSizes.outputShape(layer.shape, batch: x.shape[0], rank: x.shape.count),
      inner: layer.shape.outputRows * layer.shape.outputColumns, destination)
  }

  private func convolution(_ node: Node, _ x: IntegerActivations) throws -> IntegerConvolution {
    guard let sizes = OperatorSizes(node),
      let weights = LayerWeights(node, graph, inputScale: x.parameters.scale)
    else { throw IntegerError(node.label, "its weights cannot be read") }
    let shape = try sizes.shape(
      node.label, input: x.shape, outputs: weights.outputs, kernel: Array(weights.shape[2...]),
      groups: sizes.groups)
    return try IntegerConvolution(
      node.label, shape, codes: weights.codes, isSigned: weights.isSigned,
      zeroPoints: weights.zeroPoints, scales: weights.scales, bias: weights.bias,
      input: x.parameters)
  }

  private func multiply(
    _ index: Int, _ node: Node, _ x: IntegerActivations,
    _ destination: QuantizedGraph.Destination?
  ) throws -> NetworkValue {
    if matrices[index] == nil {
      guard let weights = LayerWeights(node, graph, inputScale: x.parameters.scale) else {
        throw IntegerError(node.label, "its weights cannot be read")
      }
      matrices[index] = try IntegerLinear(
        node.label,
        weights: try IntegerWeights(
          node.label, codes: weights.codes, rows: weights.outputs,
          columns: weights.codes.count / max(1, weights.outputs), isSigned: weights.isSigned,
          zeroPoints: weights.zeroPoints, scales: weights.scales), bias: weights.bias,
        input: x.parameters)
    }
    guard let layer = matrices[index], x.shape.last == layer.weights.columns else {
      throw IntegerError(
        node.label,
        "an input of the shape \(x.shape) for rows of "
          + "\(matrices[index]?.weights.columns ?? 0)")
    }
    let sums = try layer.accumulate(x.stored.span, path: path)
    note(index, terms: layer.weights.columns, sums, bound: layer.bound)
    return try finished(
      node, sums, input: x.parameters.scale, scales: layer.weights.scales,
      shape: x.shape.dropLast() + [layer.weights.rows], inner: 1, destination)
  }

  /// Accumulators as codes of the next quantizer, or as reals `a s_x s_w` where there is none.
  private func finished(
    _ node: Node, _ sums: Accumulators, input: Float, scales: [Float], shape: [Int], inner: Int,
    _ destination: QuantizedGraph.Destination?
  ) throws -> NetworkValue {
    guard let destination else {
      let values = sums.values.enumerated().map { place, sum in
        Float(sum) * (input * scales[place / inner % scales.count])
      }
      return .value(try RuntimeValue(values, shape: shape))
    }
    let codes = try Requantizer(
      node.label, input: input, weights: scales, to: destination.parameters,
      bounds: destination.bounds, rounding: rounding)
    return .codes(
      IntegerActivations(
        shape: shape, stored: codes.codes(sums.values.span, inner: inner),
        parameters: destination.parameters))
  }
}

extension IntegerActivations {
  /// The codes of another quantizer for the same reals; each of the 256 codes is looked up.
  func quantized(with other: QuantizationParameters) -> IntegerActivations {
    guard other != parameters else { return self }
    let all = IntegerActivations(
      shape: [256], stored: (0...255).map { UInt8($0) }, parameters: parameters)
    let table = IntegerActivations(all.values.span, shape: [256], parameters: other).stored
    return IntegerActivations(
      shape: shape, stored: stored.map { table[Int($0)] }, parameters: other)
  }
}
