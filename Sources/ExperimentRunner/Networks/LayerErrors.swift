internal import ModelFiles
package import NetworkEvaluation
internal import NetworkQuantization
package import NetworkRuntime
package import QuantizationKernels
package import RangeEstimation

/// The error of each tensor of a quantized model, by its own quantizer and with all that came before.
package struct LayerErrors: Sendable {
  /// What a tensor is in its model.
  package enum Kind: String, Sendable { case weight, activation, output }

  /// The differences of values from those of the float model.
  package struct Difference: Sendable {
    /// The number of values.
    package private(set) var count = 0
    /// The sum of the squared differences.
    package private(set) var squares = 0.0
    /// The sum of the squared values of the float model.
    package private(set) var signal = 0.0

    /// The mean of the squared differences.
    package var meanSquaredError: Double { squares / Double(max(1, count)) }
    /// `sum d^2 / sum x^2`; 0 where nothing differs.
    package var share: Double { squares == 0 ? 0 : squares / signal }

    mutating func add(_ float: Span<Float>, _ other: Span<Float>) {
      precondition(float.count == other.count, "values of one tensor")
      count += float.count
      for index in float.indices { add(float[index], other[index]) }
    }

    private mutating func add(_ value: Float, _ other: Float) {
      let (value, difference) = (Double(value), Double(value) - Double(other))
      squares += difference * difference
      signal += value * value
    }

    mutating func add(_ float: [Float], _ other: [Float]) {
      count += float.count
      for (value, other) in zip(float, other) { add(value, other) }
    }

    mutating func merge(_ next: Difference) {
      count += next.count
      squares += next.squares
      signal += next.signal
    }
  }

  /// One tensor.
  package struct Layer: Sendable {
    /// The name of the tensor in the float model.
    package let name: String
    /// What it is.
    package let kind: Kind
    /// How many nodes of the float model come before it, or before its reader where it is a weight.
    package let depth: Int
    /// The width of its codes; nothing where it has no quantizer.
    package let bits: Int?
    /// What its own quantizer does to the float model's values.
    package internal(set) var local: ErrorSums?
    /// The difference of its values in front of its quantizer; nothing for a weight.
    package internal(set) var carried: Difference?
    /// The difference of what its readers read.
    package internal(set) var arrived = Difference()
  }

  /// The tensors along the depth of the model.
  package internal(set) var layers: [Layer]
  /// Tensors of the quantized model that have no counterpart, and why.
  package let unread: [(tensor: String, reason: String)]
  /// The number of samples.
  package let samples: Int

  /// Runs a float model and a quantized one side by side.
  ///
  /// So many samples run at a time that the tensors of both fit the memory limit. Both models run on one
  /// thread, so that results do not depend on the number of workers.
  ///
  /// - Parameters:
  ///   - float: The float model, prepared.
  ///   - quantized: The file of the quantized model.
  ///   - samples: What they are run on.
  ///   - batchSize: How many samples run at once at most.
  ///   - memory: Bytes of tensors at the same time.
  ///   - progress: Called with the samples that are done.
  /// - Throws: `NetworkDataError` where no quantizer is found; what reading and running throw.
  package init(
    _ float: PreparedNetwork, quantized path: String, on samples: SampleSet, batchSize: Int,
    memory: Int = ActivationRun.Limits().memory, workers: Workers, library: RuntimeLibrary,
    progress: @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws {
    let plan = try LayerPlan(float, Model(path: path))
    unread = plan.unread
    self.samples = samples.count
    let run = try LayerRun(plan, library)
    var layers = plan.activations.map(\.layer)
    let bytes = try run.sampleBytes(samples)
    let size = max(1, min(batchSize, memory / max(1, bytes)))
    try samples.forEachBatch(of: size) { first, inputs in
      let values = try run.values(inputs, workers)
      let sums = try workers.map(plan.activations.count) { index in
        try plan.activations[index].measured(values.float[index], values.quantized[index])
      }
      for (index, next) in sums.enumerated() { layers[index].merge(next) }
      progress(min(first + (samples.fixedBatch ?? size), samples.count), samples.count)
    }
    layers += try plan.weightLayers(float, workers)
    let order = layers.indices.sorted {
      (layers[$0].depth, $0) < (layers[$1].depth, $1)
    }
    self.layers = order.map { layers[$0] }
  }
}

extension LayerErrors.Layer {
  /// Adds what other samples say of the same tensor.
  mutating func merge(_ next: LayerErrors.Layer) {
    arrived.merge(next.arrived)
    if let sums = next.local {
      var all = local ?? ErrorSums()
      all.merge(sums)
      local = all
    }
    if let difference = next.carried {
      var all = carried ?? LayerErrors.Difference()
      all.merge(difference)
      carried = all
    }
  }
}
