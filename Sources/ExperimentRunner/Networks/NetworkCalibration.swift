internal import ModelFiles
package import NetworkEvaluation
package import NetworkQuantization
package import NetworkRuntime
internal import QuantizationCore
package import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// The tensors of a network as ordinary tensors: weights in the model, activations from one float run.
package struct NetworkCalibration: Sendable {
  /// The network.
  package let network: PreparedNetwork
  /// The threads that do the work.
  package let workers: Workers
  /// Whether the certified optimum of each tensor is found, too.
  package let includesOptima: Bool

  /// What a run needs.
  package struct Run: Sendable {
    /// The samples.
    package let samples: SampleSet
    /// How many are a batch.
    package let batchSize: Int
    /// Threads of one operator; with one, every run gives the same bits.
    package let threads: Int
    /// The library.
    package let library: RuntimeLibrary

    /// Names what a run needs.
    package init(
      _ samples: SampleSet, batchSize: Int, threads: Int = 1, library: RuntimeLibrary
    ) {
      (self.samples, self.batchSize) = (samples, batchSize)
      (self.threads, self.library) = (threads, library)
    }
  }

  /// Prepares the calibration; nothing is read yet.
  package init(_ network: PreparedNetwork, workers: Workers, includesOptima: Bool = false) {
    (self.network, self.workers, self.includesOptima) = (network, workers, includesOptima)
  }

  /// The cells of the weights.
  ///
  /// - Parameter requests: The cells of a weight, such as each rule on each grid.
  /// - Returns: The outcomes, weight after weight.
  /// - Throws: What reading values throws.
  package func weights(
    _ requests: @escaping @Sendable (Placement.Weight) -> [CellRequest]
  ) throws -> [(weight: Placement.Weight, outcomes: [CellOutcome])] {
    let (network, weights, workers) = (network, network.placement.weights, workers)
    let includesOptima = includesOptima
    return try workers.map(weights.count) { index in
      let weight = weights[index]
      let values = try network.values(ofWeight: weight.name)
      return (
        weight,
        try Self.outcomes(
          of: requests(weight), Tensor(shape: weight.shape, values: values), workers, includesOptima
        )
      )
    }
  }

  private static func outcomes(
    of requests: [CellRequest], _ tensor: Tensor, _ workers: Workers, _ includesOptima: Bool
  ) throws -> [CellOutcome] {
    var outcomes: [CellOutcome] = []
    // Cells that share a granularity share statistics, too.
    var start = 0
    while start < requests.count {
      let granularity = requests[start].key.granularity
      let end =
        requests[start...].firstIndex { $0.key.granularity != granularity } ?? requests.count
      let batches = try TensorBatches(tensor, BatchLayout(whole: tensor.shape), granularity)
      var work = CellWork(Evaluation(batches, workers: workers), includingOptima: includesOptima)
      outcomes += try work.outcomes(of: Array(requests[start..<end]))
      start = end
    }
    return outcomes
  }

  /// The cells of the activations, after one float run.
  ///
  /// - Parameters:
  ///   - run: What is run on what.
  ///   - progress: Called with a text and how much is done.
  ///   - requests: The cells of an activation.
  /// - Returns: The outcomes, activation after activation, and the shape of each without the samples.
  /// - Throws: What the run throws, and what reading its files throws.
  package func activations(
    _ run: Run,
    progress: @Sendable (_ what: String, _ done: Int, _ all: Int) -> Void = { _, _, _ in },
    _ requests: @escaping @Sendable (_ name: String) -> [CellRequest]
  ) throws -> [(name: String, shape: [Int], outcomes: [CellOutcome])] {
    let names = network.placement.activations.map(\.name)
    let (workers, includesOptima) = (workers, includesOptima)
    var found: [(name: String, shape: [Int], outcomes: [CellOutcome])] = []
    let float = ActivationRun(
      network.model, on: run.samples, batchSize: run.batchSize, threads: run.threads,
      library: run.library)
    try float.forEachGroup(of: names, progress: { progress("samples", $0, $1) }) { files in
      // Largest first, so that no long one is left for the end.
      let order = files.indices.sorted { (-files[$0].count, $0) < (-files[$1].count, $1) }
      let outcomes = try workers.map(files.count) { turn in
        let file = files[order[turn]]
        let batches = try TensorBatches(file)
        var work = CellWork(Evaluation(batches, workers: workers), includingOptima: includesOptima)
        return try work.outcomes(of: requests(file.name))
      }
      let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
      for index in files.indices {
        let place = places[index] ?? index
        let first = files[index].shapes[0]
        let isSame = files[index].shapes.allSatisfy { $0.dropFirst() == first.dropFirst() }
        found.append(
          (files[index].name, isSame ? Array(first.dropFirst()) : [], outcomes[place]))
      }
    }
    return found
  }
}
