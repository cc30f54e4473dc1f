package import ModelFiles
package import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
package import RangeEstimation
package import RangeFiles

/// What each tensor of a network costs the output when it alone is quantized.
package struct NetworkSensitivity: Sendable {
  /// One tensor at one width.
  package struct Cost: Sendable {
    /// The tensor and its quantizers.
    package let range: TensorRange
    /// The network with this tensor alone quantized, against the float network.
    package let output: OutputReference.Comparison

    /// The number of elements; of an activation those of one sample, 0 where samples vary.
    package var elements: Int { range.shape.isEmpty ? 0 : range.shape.reduce(1, *) }
  }

  /// The float network.
  package let float: OutputReference
  /// The costs, in the order of the ranges.
  package let costs: [Cost]

  /// Runs the network once for each range.
  ///
  /// Several run at once, each on one thread, so that results do not depend on the number of workers.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - ranges: The ranges, each to be tried alone; a tensor has one for each width.
  ///   - float: The float network's outputs on the samples that decide.
  ///   - progress: Called with what is done of all.
  /// - Throws: What rewriting and running throw.
  package init(
    _ network: PreparedNetwork, _ ranges: [TensorRange], against float: OutputReference,
    workers: Workers, progress: @escaping @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws {
    self.float = float
    let done = Counter()
    costs = try workers.map(ranges.count) { index in
      let output = try float.compare(network.quantized([ranges[index]]))
      progress(done.next(), ranges.count)
      return Cost(range: ranges[index], output: output)
    }
  }
}

extension PreparedNetwork {
  /// The network with quantizers for these tensors alone.
  package func quantized(_ ranges: [TensorRange]) throws -> Model {
    try model.quantized(placement, RangeSet(model: nil, tensors: ranges)) {
      try values(of: $0)
    }.model
  }
}
