package import IntegerLayers
package import ModelFiles
package import NetworkEvaluation
internal import NetworkQuantization
package import NetworkRuntime
internal import TensorIO

/// A quantized model in integers beside the same model with its quantizers simulated in float.
package struct IntegerEvaluation: Sendable {
  /// A quantized tensor: the codes of both.
  package struct Codes: Sendable {
    /// The tensor.
    package let tensor: String
    /// The layer that makes it, as an index of ``layers``; nothing where float operators do.
    package let layer: Int?
    /// The differences in a network of integers, those that earlier layers hand on among them.
    package fileprivate(set) var carried = Differences()
    /// The differences of a layer that reads the codes of the simulated model.
    package fileprivate(set) var own = Differences()
  }

  /// How far codes are from those of the simulated model.
  package struct Differences: Sendable {
    /// All codes.
    package private(set) var count = 0
    /// The codes that differ.
    package private(set) var differing = 0
    /// The largest difference in steps.
    package private(set) var largest = 0

    fileprivate mutating func add(_ found: [UInt8], _ wanted: [UInt8]) {
      for (code, other) in zip(found, wanted) where code != other {
        differing += 1
        largest = max(largest, abs(Int(code) - Int(other)))
      }
      count += found.count
    }
  }

  /// What a model answered.
  package struct Answers: Sendable {
    /// The samples with the right class; nothing without labels.
    package fileprivate(set) var right: Int?
    /// The samples with the class of the simulated model.
    package fileprivate(set) var agreeing = 0
    /// How far the outputs are from the simulated ones.
    package fileprivate(set) var errors = OutputErrors()
  }

  /// The layers with their accumulators.
  package let layers: [IntegerNetwork.Layer]
  /// The nodes that were computed in float.
  package let inFloat: [String]
  /// The quantized tensors in the order of the model.
  package let codes: [Codes]
  /// The samples.
  package let samples: Int
  /// The model in integers.
  package let integers: Answers
  /// The model with its quantizers in float.
  package let simulated: Answers

  /// Runs both, batch after batch, and the integers once more with the codes of the simulated model behind
  /// each quantizer, so that each layer is judged alone.
  ///
  /// - Parameters:
  ///   - model: A static quantized model.
  ///   - samples: What they are run on.
  ///   - batchSize: How many samples run at once.
  ///   - progress: Called after each batch with the samples done.
  /// - Throws: ``IntegerError``, `RuntimeError`, ``NetworkDataError``, what reading samples throws.
  package init(
    _ model: Model, on samples: SampleSet, batchSize: Int, rounding: RequantizationRounding,
    library: RuntimeLibrary, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws {
    let network = try IntegerNetwork(model, library: library, rounding: rounding)
    let quantizers = network.quantizers
    var codes = quantizers.map { Codes(tensor: $0.tensor, layer: $0.layer) }
    let session = try Session.exposing(
      quantizers.map(\.codes), of: model, library: library,
      options: SessionOptions(threads: 1, keepsQDQInFloat: true))
    let output = try session.judgedOutput(of: printable(model.name))
    let places = Dictionary(
      uniqueKeysWithValues: quantizers.enumerated().map { ($1.node, $0) })
    let size = samples.fixedBatch ?? batchSize
    var (simulated, integers) = (Answers(), Answers())
    try samples.forEachBatch(of: size) { first, inputs in
      let count = min(size, samples.count - first)
      let wanted = try session.run(inputs, outputs: [output.name] + quantizers.map(\.codes))
      let found = try network.run(inputs, outputs: [output.name]) { node, made in
        guard let place = places[node] else { return made }
        codes[place].carried.add(made.stored, made.read(wanted[1 + place]).stored)
        return made
      }
      _ = try network.run(inputs, outputs: [output.name], isMeasured: false) { node, made in
        guard let place = places[node] else { return made }
        let simulated = made.read(wanted[1 + place])
        codes[place].own.add(made.stored, simulated.stored)
        return simulated
      }
      let labels = samples.labels.map { Array($0[first..<first + count]) }
      let reference = try SampleOutputs(wanted[0], samples: count, of: output)
      let own = try SampleOutputs(found[0], samples: count, of: output)
      simulated.add(reference, reference, labels)
      integers.add(reference, own, labels)
      progress(first + count, samples.count)
    }
    (layers, inFloat) = (network.layers, network.inFloat)
    (self.codes, self.samples) = (codes, samples.count)
    (self.simulated, self.integers) = (simulated, integers)
  }
}

extension IntegerActivations {
  /// Codes of the same quantizer and shape that ONNX Runtime made.
  fileprivate func read(_ value: RuntimeValue) -> IntegerActivations {
    let offset = parameters.storedOffset
    let isHalf = value.type.bitCount == 4
    let codes = value.withBytes { bytes in
      stored.indices.map { place in
        let byte = bytes.unsafeLoad(fromByteOffset: isHalf ? place / 2 : place, as: UInt8.self)
        let raw = isHalf ? (place % 2 == 0 ? byte & 15 : byte >> 4) : byte
        guard offset != 0 else { return raw }
        let code = isHalf ? Int8(bitPattern: raw << 4) >> 4 : Int8(bitPattern: raw)
        return UInt8(truncatingIfNeeded: Int(code) + offset)
      }
    }
    return IntegerActivations(shape: shape, stored: codes, parameters: parameters)
  }
}

extension IntegerEvaluation.Answers {
  fileprivate mutating func add(
    _ reference: SampleOutputs, _ own: SampleOutputs, _ labels: [Int]?
  ) {
    errors.add(reference.values, own.values, width: reference.width)
    for sample in 0..<own.count {
      let classes = own.classes(of: sample)
      agreeing += classes == reference.classes(of: sample) ? 1 : 0
      if let labels, own.isOneRow { right = (right ?? 0) + (classes == [labels[sample]] ? 1 : 0) }
    }
  }
}

extension IntegerNetwork {
  /// The quantizers of activations, one for each tensor, with the layers that make them.
  var quantizers: [(node: Int, tensor: String, codes: String, layer: Int?)] {
    var seen: Set<String> = []
    let places = Dictionary(
      layers.enumerated().map { ($1.output, $0) }, uniquingKeysWith: { first, _ in first })
    return graph.model.nodes.enumerated().compactMap { index, node in
      guard graph.parameters(of: node) != nil, let source = node.input(0),
        let codes = node.outputs.first, seen.insert(source).inserted
      else { return nil }
      return (index, source, codes, origin(of: source, places))
    }
  }

  /// The layer whose codes reach a quantizer as they are, but for a choice among them.
  private func origin(of tensor: String, _ places: [String: Int]) -> Int? {
    var name = tensor
    while true {
      if let place = places[name] {
        return graph.destination(of: name) == nil ? nil : place
      }
      guard let maker = graph.index.makers[name] else { return nil }
      let node = graph.model.nodes[maker]
      guard
        ["Relu", "Clip", "MaxPool"].contains(node.operation)
          || QuantizedGraph.reshaping.contains(node.operation), let source = node.input(0)
      else { return nil }
      name = source
    }
  }
}
