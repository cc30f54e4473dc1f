package import GradientGraphs
package import ModelFiles
package import NetworkEvaluation
package import NetworkRuntime

/// Trains the parameters of a graph: batch by batch, the graph is run, and the parameters follow the
/// gradients that it makes.
///
/// A run depends on its plan, its samples and the graph only, with one thread also on no scheduling: one that
/// is interrupted and goes on from a checkpoint ends in the same bits.
package struct Trainer {
  /// What is shown while it runs.
  package struct Progress: Sendable {
    /// The epoch, from 1 on, and how many there are.
    package let epoch: Int
    package let epochs: Int
    /// The samples done and all of them, of all epochs.
    package let done: Int
    package let all: Int
    /// The mean loss of the epoch so far.
    package let loss: Double
    /// The share of right answers in the epoch so far; nothing without labels.
    package let accuracy: Double?
  }

  /// The state, from which the next step follows.
  package private(set) var state: TrainingState
  /// The parameters in the order of the state.
  package let parameters: [TrainedParameter]
  private let graph: GradientGraph
  private let session: Session
  private let samples: SampleTable
  private let targets: TrainingTargets
  private let plan: TrainingPlan
  private let schedule: RateSchedule
  private let follower: RangeFollower?
  private let wanted: [String]

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - graph: The graph with its gradients.
  ///   - parameters: How each parameter of the graph moves, in its order.
  ///   - samples: What is learned from.
  ///   - targets: What outputs are compared with.
  ///   - plan: How long and how.
  ///   - follower: The ranges that follow what is seen; nothing where none do.
  ///   - threads: Of one operator.
  /// - Throws: What opening the graph throws.
  package init(
    _ graph: GradientGraph, _ parameters: [TrainedParameter], on samples: SampleTable,
    targets: TrainingTargets, plan: TrainingPlan, follower: RangeFollower? = nil,
    running: Running
  ) throws {
    var parameters = parameters
    if plan.keepsZeros {
      for (place, parameter) in parameters.enumerated() where parameter.decays {
        let values = graph.parameters[place].values
        parameters[place].zeros = values.indices.filter { values[$0] == 0 }
      }
    }
    (self.graph, self.parameters, self.samples) = (graph, parameters, samples)
    (self.targets, self.plan, self.follower) = (targets, plan, follower)
    schedule = plan.schedule(samples.count)
    session = try Session(
      bytes: try graph.model.bytes(), library: running.library,
      options: SessionOptions(threads: running.threads))
    var statistics = follower?.start ?? [:]
    for statistic in graph.statistics {
      for name in [statistic.runningMean, statistic.runningVariance] {
        statistics[name] = running.model.initializers.first { $0.name == name }?.floats ?? []
      }
    }
    state = TrainingState(
      parameters: graph.parameters.map(\.values), momentCount: plan.optimizer.momentCount,
      statistics: statistics)
    wanted =
      [graph.loss] + graph.outputs.prefix(1) + parameters.compactMap(\.gradient)
      + graph.statistics.flatMap { [$0.mean, $0.variance] } + (follower?.observed ?? [])
  }

  /// What a graph is run with.
  package struct Running: Sendable {
    /// The model that the graph was made of, which has the running statistics.
    package let model: Model
    /// The library.
    package let library: RuntimeLibrary
    /// Threads of one operator.
    package let threads: Int

    /// A model, the library and the threads of one operator.
    package init(_ model: Model, library: RuntimeLibrary, threads: Int) {
      (self.model, self.library, self.threads) = (model, library, threads)
    }
  }

  /// Whether all epochs are done.
  package var isFinished: Bool { state.position.history.epochs.count >= plan.epochs }

  /// The trained constants by name: parameters, and the running statistics of batch normalizations.
  package var values: [String: [Float]] {
    var values = state.statistics
    for (parameter, own) in zip(parameters, state.parameters) { values[parameter.name] = own }
    return values
  }

  /// Trains until all epochs are done.
  ///
  /// - Parameters:
  ///   - checkpoint: Where the state is kept; a run that is found there goes on.
  ///   - interval: The seconds between checkpoints, beside that behind each epoch.
  ///   - judge: Gives the right answers on test samples with the constants of ``values``, and how many
  ///     samples there are; called behind each epoch.
  ///   - progress: Called after each step.
  /// - Throws: ``TrainingError`` where the loss is no number, and what reading, running and writing throw.
  ///
  /// Complexity: O(epochs samples) runs of the graph.
  package mutating func run(
    checkpoint: Checkpoint? = nil, every interval: Double = 10,
    judge: ([String: [Float]]) throws -> (right: Int, count: Int)?,
    progress: (Progress) throws -> Void = { _ in }
  ) throws {
    if let kept = try checkpoint?.read(like: state) { state = kept }
    let clock = ContinuousClock()
    var last = clock.now
    while !isFinished {
      let order = try SampleOrder(count: samples.count, seed: plan.seed)
        .permutation(ofEpoch: state.position.history.epochs.count)
      while state.position.sample < samples.count {
        let end = min(samples.count, state.position.sample + plan.batchSize)
        try step(order[state.position.sample..<end])
        try progress(shown)
        if let checkpoint, (clock.now - last) / .seconds(1) >= interval {
          try checkpoint.write(state)
          last = clock.now
        }
      }
      try finishEpoch(judge(values))
      try checkpoint?.write(state)
      last = clock.now
    }
  }

  private var shown: Progress {
    let position = state.position
    return Progress(
      epoch: position.history.epochs.count + 1, epochs: plan.epochs,
      done: position.history.epochs.count * samples.count + position.sample,
      all: plan.epochs * samples.count,
      loss: position.lossSum / Double(max(1, position.sample)),
      accuracy: targets.label(0).map { _ in
        Double(position.right) / Double(max(1, position.sample))
      })
  }

  /// Runs one batch and moves the parameters.
  private mutating func step(_ indices: ArraySlice<Int>) throws {
    var inputs = try samples.batch(indices)
    inputs[graph.target] = try targets.value(indices, inputs)
    for (place, parameter) in parameters.enumerated() {
      inputs[parameter.name] = try RuntimeValue(
        state.parameters[place], shape: parameter.shape)
    }
    for (name, value) in try follower?.inputs(state.statistics) ?? [:] { inputs[name] = value }
    var results = try session.run(inputs, outputs: wanted)[...]

    let loss = Double(try results.removeFirst().floats.first ?? .nan)
    guard loss.isFinite else {
      throw TrainingError(
        "the loss is \(loss) at step \(state.position.step + 1); expected a finite number: a lower "
          + "--rate, or samples whose numbers are small (--normalize-scale)")
    }
    try count(results.removeFirst(), indices)
    state.position.step += 1
    state.position.sample += indices.count
    state.position.lossSum += loss * Double(indices.count)

    let rate = schedule.rate(at: state.position.step - 1)
    for (place, parameter) in parameters.enumerated() where parameter.gradient != nil {
      try results.removeFirst().withFloats { gradient in
        parameter.move(
          &state.parameters[place], &state.moments[place], by: plan.optimizer,
          gradient: gradient, rate: rate, step: state.position.step)
      }
    }
    for statistic in graph.statistics {
      let seen = [results.removeFirst(), results.removeFirst()]
      for (name, value) in zip([statistic.runningMean, statistic.runningVariance], seen) {
        state.statistics[name] = try followed(
          state.statistics[name] ?? [], value, keeping: statistic.momentum)
      }
    }
    try follower?.follow(&state.statistics, Array(results), parameters, state.parameters)
  }

  /// `m running + (1 - m) batch`.
  private func followed(
    _ running: [Float], _ batch: RuntimeValue, keeping momentum: Float
  ) throws -> [Float] {
    zip(running, try batch.floats).map { momentum * $0 + (1 - momentum) * $1 }
  }

  /// Counts the right answers of a batch.
  private mutating func count(_ value: RuntimeValue, _ indices: ArraySlice<Int>) throws {
    guard targets.label(0) != nil,
      let output = session.outputs.first(where: { $0.name == graph.outputs[0] })
    else { return }
    let outputs = try SampleOutputs(value, samples: indices.count, of: output)
    for (place, sample) in indices.enumerated()
    where outputs.classes(of: place).first == targets.label(sample) {
      state.position.right += 1
    }
  }

  private mutating func finishEpoch(_ judged: (right: Int, count: Int)?) {
    let position = state.position
    state.position.history.epochs.append(
      TrainingHistory.Epoch(
        loss: position.lossSum / Double(samples.count),
        accuracy: targets.label(0).map { _ in Double(position.right) / Double(samples.count) },
        testRight: judged?.right, testCount: judged?.count,
        rate: schedule.rate(at: position.step - 1)))
    (state.position.sample, state.position.lossSum, state.position.right) = (0, 0, 0)
  }
}
