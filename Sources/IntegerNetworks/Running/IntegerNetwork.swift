package import IntegerLayers
package import ModelFiles
internal import NetworkQuantization
package import NetworkRuntime
internal import QuantizationCore
internal import TensorIO

/// A static quantized model that runs in integers.
///
/// Conv, Gemm and MatMul whose input is quantized are computed on codes with 32-bit accumulators; so are Add,
/// MaxPool, AveragePool, GlobalAveragePool and shapes between quantizers. Relu and Clip in front of a quantizer
/// are codes at which a layer saturates. Every other operator is computed in float by ONNX Runtime, between
/// dequantized and quantized values; ``inFloat`` names them.
package final class IntegerNetwork {
  /// What a layer needed.
  package struct Layer: Sendable {
    /// The node.
    package let label: String
    /// What it makes.
    package let output: String
    /// The products, or terms, of an output.
    package internal(set) var terms = 0
    /// The accumulators that were seen; 0 among them.
    package internal(set) var seen = 0...0
    /// The largest magnitude that codes of any input can lead to; nothing where it is not known.
    package internal(set) var bound: Int?
  }

  /// The layers with accumulators, in the order of the model.
  package internal(set) var layers: [Layer] = []
  /// The nodes that are computed in float, by label.
  package let inFloat: [String]
  let graph: QuantizedGraph
  private let plan: NetworkPlan
  private let segments: [Int: FloatSegment]
  /// How often each tensor is still read in a run.
  private let readers: [String: Int]
  let rounding: RequantizationRounding
  private var places: [Int: Int] = [:]
  /// Layers with their weights, made when the size of their input is known.
  var convolutions: [Int: IntegerConvolution] = [:]
  var matrices: [Int: IntegerLinear] = [:]
  let path: IntegerPath
  private var isMeasured = true

  /// Plans a model.
  ///
  /// - Parameters:
  ///   - model: With QuantizeLinear and DequantizeLinear.
  ///   - library: What computes the rest.
  ///   - rounding: How accumulators become codes.
  /// - Throws: ``IntegerError`` where there is nothing to compute in integers.
  package init(
    _ model: Model, library: RuntimeLibrary, rounding: RequantizationRounding = .float,
    path: IntegerPath = .best
  ) throws(IntegerError) {
    graph = try QuantizedGraph(model)
    plan = NetworkPlan(graph)
    (inFloat, self.rounding, self.path) = (plan.inFloat, rounding, path)
    var segments: [Int: FloatSegment] = [:]
    var readers: [String: Int] = [:]
    for (place, step) in plan.steps.enumerated() {
      switch step {
      case .float(let nodes):
        let segment = FloatSegment(nodes, of: graph, library: library)
        segments[place] = segment
        for name in segment.inputs { readers[name, default: 0] += 1 }
      case .integer(let node, let form):
        for name in Self.read(graph.model.nodes[node], form) { readers[name, default: 0] += 1 }
        guard form.hasAccumulators else { continue }
        places[node] = layers.count
        layers.append(
          Layer(
            label: graph.model.nodes[node].label, output: graph.model.nodes[node].outputs[0]))
      }
    }
    (self.segments, self.readers) = (segments, readers)
    guard !layers.isEmpty else {
      throw IntegerError(
        model.name,
        "nothing to compute in integers: no Conv, Gemm or MatMul has a quantized input and weight; "
          + "found \(Self.operators(model))")
    }
  }

  /// What a step reads that is made in a run.
  private static func read(_ node: Node, _ form: NetworkPlan.Form) -> [String] {
    if case .add = form { return Array(node.inputs.prefix(2)) }
    return Array(node.inputs.prefix(1))
  }

  private static func operators(_ model: Model) -> String {
    Set(model.nodes.map(\.operation)).sorted().map { printable($0, limit: 40) }
      .joined(separator: ", ")
  }

  /// Runs the model.
  ///
  /// - Parameters:
  ///   - inputs: A value for each input.
  ///   - outputs: The names of the outputs that are wanted.
  ///   - isMeasured: Whether the accumulators go into ``layers``.
  ///   - onCodes: Receives the codes of each quantizer, with the node QuantizeLinear, and returns those
  ///     that the rest of the model reads.
  /// - Returns: The outputs as Floats.
  /// - Throws: ``IntegerError`` where an accumulator overflows or a shape does not fit; `RuntimeError`.
  ///
  /// Complexity: What the layers take; a tensor is given up behind its last reader.
  package func run(
    _ inputs: [String: RuntimeValue], outputs: [String], isMeasured: Bool = true,
    onCodes: (_ node: Int, _ codes: IntegerActivations) throws -> IntegerActivations = { $1 }
  ) throws -> [RuntimeValue] {
    self.isMeasured = isMeasured
    var tensors: [String: NetworkValue] = inputs.mapValues { .value($0) }
    var left = readers
    for name in outputs { left[name, default: 0] += 1 }
    func take(_ name: String) throws -> NetworkValue {
      guard let value = tensors[name] else {
        throw IntegerError(graph.model.name, "'\(printable(name))' has no value")
      }
      left[name, default: 0] -= 1
      if left[name] == 0 { tensors[name] = nil }
      return value
    }
    for (place, step) in plan.steps.enumerated() {
      switch step {
      case .float:
        guard let segment = segments[place] else { continue }
        let made = try segment.run(try segment.inputs.map { try take($0).value })
        for (name, value) in zip(segment.outputs, made) { tensors[name] = .value(value) }
      case .integer(let index, let form):
        let node = graph.model.nodes[index]
        let read = try Self.read(node, form).map(take)
        var made = try compute(index, node, form, read)
        if case .codes(let codes) = made, node.operation == "QuantizeLinear" {
          made = .codes(try onCodes(index, codes))
        }
        if left[node.outputs[0], default: 0] > 0 { tensors[node.outputs[0]] = made }
      }
    }
    return try outputs.map { try take($0).value }
  }

  /// Notes the accumulators of a layer.
  func note(_ node: Int, terms: Int, _ sums: Accumulators, bound: Int?) {
    guard isMeasured, let place = places[node] else { return }
    let seen = layers[place].seen
    layers[place].terms = terms
    layers[place].bound = bound
    layers[place].seen =
      min(seen.lowerBound, sums.range.lowerBound)...max(seen.upperBound, sums.range.upperBound)
  }
}

/// A tensor of a run: codes, or whatever else.
enum NetworkValue {
  case codes(IntegerActivations)
  case value(RuntimeValue)

  /// As reals.
  var value: RuntimeValue {
    get throws {
      switch self {
      case .codes(let codes): try RuntimeValue(codes.values, shape: codes.shape)
      case .value(let value): value
      }
    }
  }
}

extension NetworkPlan.Form {
  /// Whether sums are made that become codes.
  var hasAccumulators: Bool {
    switch self {
    case .linear, .average, .add: true
    default: false
    }
  }
}
