/// How long and how a network is trained.
package struct TrainingPlan: Hashable, Sendable {
  /// How often all samples are seen.
  package var epochs: Int
  /// The samples of a step.
  package var batchSize: Int
  /// How parameters follow gradients.
  package var optimizer: Optimizer
  /// The highest rate.
  package var rate: Double
  /// The part of an epoch in which the rate rises to it.
  package var warmUpEpochs: Double
  /// The seed of the order of the samples.
  package var seed: UInt64
  /// Whether weights that are exactly zero at the start stay so.
  package var keepsZeros: Bool

  /// A plan.
  package init(
    epochs: Int, batchSize: Int = 64, optimizer: Optimizer = Optimizer(Optimizer.adam),
    rate: Double = 0.001, warmUpEpochs: Double = 0, seed: UInt64 = 0, keepsZeros: Bool = false
  ) {
    (self.epochs, self.batchSize, self.optimizer) = (epochs, batchSize, optimizer)
    (self.rate, self.warmUpEpochs, self.seed) = (rate, warmUpEpochs, seed)
    self.keepsZeros = keepsZeros
  }

  /// The steps of an epoch of so many samples; the last may be of fewer samples.
  package func stepsPerEpoch(_ samples: Int) -> Int { (samples + batchSize - 1) / batchSize }

  /// The rates of all steps.
  package func schedule(_ samples: Int) -> RateSchedule {
    let steps = stepsPerEpoch(samples)
    return RateSchedule(
      peak: rate, warmUp: Int((warmUpEpochs * Double(steps)).rounded()), steps: epochs * steps)
  }

  /// The plan in a line, which tells checkpoints of different runs apart.
  package var summary: String {
    "epochs \(epochs), batch \(batchSize), \(optimizer), rate \(rate), warm-up \(warmUpEpochs), "
      + "seed \(seed)\(keepsZeros ? ", zeros kept" : "")"
  }
}

extension Optimizer: CustomStringConvertible {
  /// The method and its numbers.
  package var description: String {
    let decay = weightDecay == 0 ? "" : " weight decay \(weightDecay)"
    return switch method {
    case .momentum(let momentum): "sgd momentum \(momentum)\(decay)"
    case .adam(let first, let second): "adam \(first) \(second)\(decay)"
    }
  }
}
