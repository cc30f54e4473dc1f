/// Everything that a training run has come to: what the next step depends on, and nothing else.
package struct TrainingState: Hashable, Sendable {
  /// The parts that are no arrays.
  package struct Position: Hashable, Sendable, Codable {
    /// The steps that are done, of all epochs.
    package var step = 0
    /// The samples of the epoch that are done, in its order.
    package var sample = 0
    /// The loss of these samples, summed.
    package var lossSum = 0.0
    /// The right answers to these samples.
    package var right = 0
    /// The epochs that are done.
    package var history = TrainingHistory()

    /// The beginning.
    package init() {}
  }

  /// Where the run is.
  package var position = Position()
  /// The values of each parameter.
  package var parameters: [[Float]]
  /// What the optimizer keeps for each parameter.
  package var moments: [[[Float]]]
  /// The running statistics of batch normalization and of followed ranges, by name.
  package var statistics: [String: [Float]]

  /// The state before the first step.
  package init(parameters: [[Float]], momentCount: Int, statistics: [String: [Float]]) {
    self.parameters = parameters
    moments = parameters.map { values in
      [[Float]](repeating: [Float](repeating: 0, count: values.count), count: momentCount)
    }
    self.statistics = statistics
  }
}
