internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// Which tensors of a quantized model are compared with which of its float model.
struct LayerPlan: Sendable {
  /// A tensor that is made while the models run.
  struct Activation: Sendable {
    /// The layer without sums.
    let layer: LayerErrors.Layer
    /// Its name in the float model.
    let float: String
    /// Its name in the quantized model, in front of its quantizer; nothing where it lies before an
    /// activation function that the float model still has.
    let carried: String?
    /// What its readers read in the quantized model.
    let arrived: String
    /// Its quantizer; nothing for an output.
    let parameters: QuantizationParameters?

    /// The layer with the sums of some samples.
    func measured(_ float: RuntimeValue, _ quantized: [RuntimeValue]) throws -> LayerErrors.Layer {
      var layer = layer
      try float.withFloats { values in
        if let parameters { layer.local = Kernels.measureError(of: values, with: parameters) }
        for (place, value) in quantized.enumerated() {
          guard value.shape == float.shape else {
            throw NetworkDataError(
              "'\(layer.name)' has the shape \(value.shape) in the quantized model; expected "
                + "\(float.shape)")
          }
          var difference = LayerErrors.Difference()
          try value.withFloats { difference.add(values, $0) }
          if place == 0 { layer.arrived = difference } else { layer.carried = difference }
        }
      }
      return layer
    }
  }

  let float: Model
  let quantized: Model
  private(set) var activations: [Activation] = []
  private(set) var unread: [(tensor: String, reason: String)]
  private let weights: [(weight: ModelQuantizers.Weight, constant: String, depth: Int)]

  init(_ network: PreparedNetwork, _ quantized: Model) throws {
    (float, self.quantized) = (network.model, quantized)
    let quantizers = ModelQuantizers(quantized)
    let index = GraphIndex(float)
    let counterpart = FloatCounterpart(float, of: quantized)
    // Constants are no steps on the way of a value.
    var depths: [Int] = [0]
    for node in float.nodes {
      depths.append(depths[depths.count - 1] + (node.constant == nil ? 1 : 0))
    }
    var unread = quantizers.unread
    for activation in quantizers.activations {
      guard let tensor = counterpart.activation(activation) else {
        unread.append((activation.tensor, "the float model has no tensor of this name"))
        continue
      }
      let name = tensor.name
      activations.append(
        Activation(
          layer: LayerErrors.Layer(
            name: name, kind: .activation, depth: index.makers[name].map { depths[$0 + 1] } ?? 0,
            bits: activation.parameters.grid.bits.count),
          float: name, carried: tensor.isBehindFunction ? nil : activation.tensor,
          arrived: activation.dequantized, parameters: activation.parameters))
    }
    let known = Set(quantized.outputs.map(\.name))
    for output in float.outputs where output.type == .float32 && known.contains(output.name) {
      guard let maker = index.makers[output.name] else { continue }
      activations.append(
        Activation(
          layer: LayerErrors.Layer(
            name: output.name, kind: .output, depth: depths[maker + 1], bits: nil),
          float: output.name, carried: nil, arrived: output.name, parameters: nil))
    }
    var weights: [(weight: ModelQuantizers.Weight, constant: String, depth: Int)] = []
    for weight in quantizers.weights {
      guard let found = counterpart.weight(weight) else {
        unread.append((weight.codesName, "the float model has no such constant"))
        continue
      }
      weights.append((weight, found.name, depths[found.reader]))
    }
    (self.unread, self.weights) = (unread, weights)
    guard !activations.allSatisfy({ $0.parameters == nil }) || !weights.isEmpty else {
      throw NetworkDataError(
        "\(quantized.name): no tensor with a fixed quantizer is a tensor of \(float.name) too; "
          + "expected a quantized copy of it, with QuantizeLinear or DequantizeLinear")
    }
  }

  /// The errors of the constants, which no samples change.
  func weightLayers(_ network: PreparedNetwork, _ workers: Workers) throws -> [LayerErrors.Layer] {
    let constants = GraphIndex(float).constants
    return try workers.map(weights.count) { turn in
      let (weight, name, depth) = weights[turn]
      let values = try constants[name].map { try network.values(of: $0) } ?? []
      var layer = LayerErrors.Layer(
        name: name, kind: .weight, depth: depth, bits: weight.parameters.first?.grid.bits.count)
      var local = ErrorSums()
      for index in 0..<weight.partition.count {
        let parameters = weight.parameters[index]
        var (lane, own): ([Float], [Float]) = ([], [])
        let run = weight.partition[index]
        run.forEachRun { start in
          for place in start..<start + run.runLength {
            lane.append(values[place])
            own.append(Float(weight.codes[place] - parameters.zeroPoint) * parameters.scale)
          }
        }
        local.merge(Kernels.measureError(of: lane.span, with: parameters))
        layer.arrived.add(lane, own)
      }
      layer.local = local
      return layer
    }
  }
}

/// The two models with the tensors of a plan as outputs.
struct LayerRun: Sendable {
  private let plan: LayerPlan
  private let float: Session
  private let quantized: Session

  init(_ plan: LayerPlan, _ library: RuntimeLibrary) throws {
    self.plan = plan
    let options = SessionOptions(threads: 1, keepsQDQInFloat: true, usesArena: false)
    float = try Session.exposing(
      plan.activations.map(\.float), of: plan.float, library: library, options: options)
    quantized = try Session.exposing(
      plan.activations.flatMap { [$0.arrived, $0.carried].compactMap { $0 } }, of: plan.quantized,
      library: library, options: options)
  }

  /// The tensors of the plan: of the float model one each, of the other what arrives and, behind it,
  /// what is carried.
  func values(
    _ inputs: [String: RuntimeValue], _ workers: Workers
  ) throws -> (float: [RuntimeValue], quantized: [[RuntimeValue]]) {
    let names = [
      plan.activations.map(\.float),
      plan.activations.flatMap { [$0.arrived, $0.carried].compactMap { $0 } },
    ]
    let sessions = [float, quantized]
    let found = try workers.map(2) { side in
      let wanted = Array(Set(names[side].filter { inputs[$0] == nil })).sorted()
      let values = wanted.isEmpty ? [] : try sessions[side].run(inputs, outputs: wanted)
      return inputs.merging(zip(wanted, values)) { first, _ in first }
    }
    func value(_ side: Int, _ name: String) throws -> RuntimeValue {
      guard let value = found[side][name] else {
        throw NetworkDataError("the model did not make '\(name)'")
      }
      return value
    }
    return (
      try plan.activations.map { try value(0, $0.float) },
      try plan.activations.map { activation in
        try [activation.arrived, activation.carried].compactMap { try $0.map { try value(1, $0) } }
      }
    )
  }

  /// The bytes of all tensors for one sample, from a first run.
  func sampleBytes(_ samples: SampleSet) throws -> Int {
    var bytes = 0
    try samples.forEachBatch(of: 1, limit: samples.fixedBatch ?? 1) { _, inputs in
      let values = try values(inputs, .one)
      let all = values.float + values.quantized.flatMap { $0 }
      bytes = all.reduce(0) { $0 + 4 * $1.count } / (samples.fixedBatch ?? 1)
    }
    return bytes
  }
}
