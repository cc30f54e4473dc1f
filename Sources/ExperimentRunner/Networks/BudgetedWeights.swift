package import NetworkEvaluation
package import NetworkQuantization
internal import NetworkRuntime
internal import QuantizationCore
package import RangeEstimation
package import RangeFiles

/// Widths for the weights of a network under a budget, chosen by what each weight alone costs the
/// output and then measured together.
package struct BudgetedWeights: Sendable {
  /// Weights at some widths: what the sum of their costs predicts, and what a run of all says.
  package struct Measured: Sendable {
    /// The ranges of the weights.
    package let ranges: [TensorRange]
    /// The bits of an element, on average.
    package let meanBits: Double
    /// The sum of the costs of each weight alone; nothing where a width has none.
    package let predicted: Double?
    /// The network with all these weights quantized, against the float network.
    package let output: OutputReference.Comparison
  }

  /// The choice for every budget.
  package let allocation: BitAllocation
  /// The float network.
  package let float: OutputReference
  /// What was chosen.
  package let chosen: Measured
  /// One width for all weights, from few bits to many.
  package let uniform: [(bits: Int, measured: Measured)]

  /// Chooses widths.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - meanBits: The budget: the bits of an element of a weight, on average.
  ///   - widths: The ranges of the weights at each width there is to choose from.
  ///   - others: The ranges at widths that are measured only, as one width for all.
  ///   - float: The float network's outputs on the samples that decide.
  ///   - progress: Called with what is done of all.
  /// - Throws: `NetworkError` where the budget is too small, and what running throws.
  package init(
    _ network: PreparedNetwork, meanBits: Double, widths: [RangeSet], others: [RangeSet],
    against float: OutputReference, workers: Workers,
    progress: @escaping @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws {
    let count = widths.first?.tensors.count ?? 0
    let sensitivity = try NetworkSensitivity(
      network, widths.flatMap(\.tensors), against: float, workers: workers, progress: progress)
    allocation = try BitAllocation(
      (0..<count).map { tensor in
        let costs = widths.indices.map { sensitivity.costs[$0 * count + tensor] }
        return BitAllocation.Tensor(
          name: costs[0].range.name, elements: costs[0].elements,
          widths: costs.map { ($0.range.grid.bits.count, $0.output.errors.meanSquaredError) })
      })
    self.float = float
    let choice = try allocation.choice(meanBits: meanBits)
    let picked = choice.bits.enumerated().compactMap { tensor, bits in
      widths.map { $0.tensors[tensor] }.first { $0.grid.bits.count == bits }
    }
    let all = (widths + others).map(\.tensors).filter { !$0.isEmpty }
      .sorted { $0[0].grid.bits < $1[0].grid.bits }
    let runs = [picked] + all
    let outputs = try workers.map(runs.count) { try float.compare(network.quantized(runs[$0])) }
    let allocation = allocation
    let measured = zip(runs, outputs).map { ranges, output in
      Self.measured(ranges, output, allocation)
    }
    chosen = measured[0]
    uniform = measured.dropFirst().map { ($0.ranges[0].grid.bits.count, $0) }
  }

  private static func measured(
    _ ranges: [TensorRange], _ output: OutputReference.Comparison, _ allocation: BitAllocation
  ) -> Measured {
    let bits = ranges.map(\.grid.bits.count)
    let total = zip(bits, allocation.tensors).reduce(0) { $0 + $1.0 * $1.1.elements }
    return Measured(
      ranges: ranges, meanBits: Double(total) / Double(max(1, allocation.elements)),
      predicted: allocation.choice(bits: bits)?.cost, output: output)
  }
}
