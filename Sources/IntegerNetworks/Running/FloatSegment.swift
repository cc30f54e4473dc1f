internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime

/// Nodes of a model that ONNX Runtime computes in float, between what is computed in integers.
final class FloatSegment {
  /// The tensors that it reads.
  let inputs: [String]
  /// The tensors that it makes and others read.
  let outputs: [String]
  private let part: Model
  private let library: RuntimeLibrary
  private var session: Session?

  /// Cuts nodes out of a model, with the constants that they read.
  init(_ places: [Int], of graph: QuantizedGraph, library: RuntimeLibrary) {
    let (model, index) = (graph.model, graph.index)
    var nodes = places.map { model.nodes[$0] }
    let made = Set(nodes.flatMap(\.outputs))
    var constants: [String: ModelTensor] = [:]
    var quantizers: [Node] = []
    let given = Set(model.inputs.map(\.name))
    var read: [String] = []
    var seen: Set<String> = [""]
    for name in nodes.flatMap({ $0.inputs + $0.namesInSubgraphs.sorted() })
    where !made.contains(name) && seen.insert(name).inserted {
      if let constant = index.constants[name] {
        constants[name] = constant
      } else if let (quantizer, _) = graph.constantCodes(name) {
        quantizers.append(quantizer)
        for name in quantizer.inputs { constants[name] = index.constants[name] }
      } else if index.makers[name] != nil || given.contains(name) {
        read.append(name)
      }
    }
    nodes = quantizers + nodes
    let own = Set(places)
    inputs = read
    outputs = places.flatMap { model.nodes[$0].outputs }.filter { name in
      !name.isEmpty
        && (index.kept.contains(name)
          || index.uses[name]?.contains { !own.contains($0.node) } == true)
    }
    part = model.part(
      nodes: nodes,
      constants: constants.sorted { $0.key < $1.key }.map { name, tensor in
        var tensor = tensor
        tensor.name = name
        return tensor
      }, outputs: outputs)
    self.library = library
  }

  /// Runs the nodes.
  ///
  /// - Throws: `RuntimeError`, and `ModelError` where the part cannot be written.
  func run(_ values: [RuntimeValue]) throws -> [RuntimeValue] {
    let session = try self.session ?? open(values)
    self.session = session
    return try session.run(
      Dictionary(uniqueKeysWithValues: zip(inputs, values)), outputs: outputs)
  }

  /// The types of the inputs are known from the first values.
  private func open(_ values: [RuntimeValue]) throws -> Session {
    var part = part
    part.setInputs(
      zip(inputs, values).compactMap { name, value in
        ModelElementType(rawValue: value.type.rawValue).map { (name: name, type: $0) }
      })
    return try Session.exposing(
      [], of: part, library: library, options: SessionOptions(threads: 1, keepsQDQInFloat: true))
  }
}
