package import NetworkRuntime

/// Runs a float model and quantized ones over the same samples and compares what they say.
///
/// All models run batch by batch side by side, so that memory does not grow with the number of
/// samples, but for the vectors of a retrieval task.
package struct ModelEvaluation: Sendable {
  /// What the outputs are asked for.
  package enum Task: Sendable {
    /// Classes: the label of a sample, where there are labels, is the largest score.
    case classification(SampleSet)
    /// Vectors: row i of the queries belongs to row i of the documents.
    case retrieval(queries: SampleSet, documents: SampleSet)

    /// The sets of samples, in order.
    var sets: [SampleSet] {
      switch self {
      case .classification(let samples): [samples]
      case .retrieval(let queries, let documents): [queries, documents]
      }
    }
  }

  /// The float model.
  package private(set) var float = ModelScore()
  /// The quantized models, in the order given.
  package private(set) var models: [JudgedModel]

  /// Runs the models.
  ///
  /// - Parameters:
  ///   - float: The file of the float model.
  ///   - quantized: The files of the others.
  ///   - task: What they are asked.
  ///   - batchSize: How many samples run at once.
  ///   - threads: Of one operator.
  ///   - progress: Called after each batch with the samples done, of all sets.
  /// - Throws: `RuntimeError`, ``NetworkDataError``, what reading samples throws.
  package init(
    float floatPath: String, quantized: [String], on task: Task, batchSize: Int, threads: Int,
    library: RuntimeLibrary, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws {
    func session(_ path: String, keepsQDQ: Bool) throws -> Session {
      try Session(
        path, library: library,
        options: SessionOptions(threads: threads, keepsQDQInFloat: keepsQDQ))
    }
    try self.init(
      float: try session(floatPath, keepsQDQ: true), paths: quantized,
      simulated: try quantized.map { try session($0, keepsQDQ: true) },
      deployed: try quantized.map { try session($0, keepsQDQ: false) }, on: task,
      batchSize: batchSize, progress: progress)
  }

  /// Runs models that are open, each as it is meant only.
  ///
  /// - Parameters:
  ///   - float: The float model.
  ///   - simulated: The others, with quantizers computed in float.
  ///   - task: What they are asked.
  ///   - batchSize: How many samples run at once.
  /// - Throws: As the other initializer does.
  package init(
    float: Session, simulated: [Session], on task: Task, batchSize: Int
  ) throws {
    try self.init(
      float: float, paths: simulated.map { _ in "" }, simulated: simulated, deployed: [], on: task,
      batchSize: batchSize
    ) { _, _ in }
  }

  private init(
    float: Session, paths: [String], simulated: [Session], deployed: [Session], on task: Task,
    batchSize: Int, progress: (_ done: Int, _ all: Int) -> Void
  ) throws {
    models = paths.map(JudgedModel.init(path:))
    let reference = Judge(float)
    let (simulated, deployed) = (simulated.map(Judge.init), deployed.map(Judge.init))
    let all = task.sets.reduce(0) { $0 + $1.count }
    var done = 0
    for samples in task.sets {
      let size = samples.fixedBatch ?? batchSize
      try samples.forEachBatch(of: size) { first, inputs in
        let count = min(size, samples.count - first)
        let right = try reference.outputs(inputs, count, isFull: count == size)
        for judge in simulated + deployed {
          try judge.compare(inputs, with: right, isFull: count == size)
        }
        if case .classification = task, let labels = samples.labels {
          for judge in [reference] + simulated + deployed {
            judge.mark(Array(labels[first..<first + count]))
          }
        }
        if case .retrieval = task {
          for judge in [reference] + simulated + deployed { try judge.keep() }
        }
        done += count
        progress(done, all)
      }
    }
    if case .retrieval = task {
      for judge in [reference] + simulated + deployed { judge.rank() }
    }
    self.float = reference.score
    for (index, judge) in simulated.enumerated() { models[index].simulated = judge.score }
    for (index, judge) in deployed.enumerated() { models[index].deployed = judge.score }
  }
}

/// One session and what has been seen of it.
private final class Judge {
  private(set) var score = ModelScore()
  private let session: Session
  private var last: SampleOutputs?
  private var vectors: [Float] = []

  init(_ session: Session) { self.session = session }

  /// Runs a batch, timed where it is a full one.
  func outputs(
    _ inputs: [String: RuntimeValue], _ count: Int, isFull: Bool
  ) throws -> SampleOutputs {
    let output = try session.judgedOutput()
    let start = ContinuousClock.now
    let value = try session.run(inputs, outputs: [output.name])[0]
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if isFull { score.milliseconds.append(1000 * seconds) }
    score.samples += count
    let outputs = try SampleOutputs(value, samples: count, of: output)
    last = outputs
    return outputs
  }

  /// Runs a batch and compares it with what the float model says.
  func compare(
    _ inputs: [String: RuntimeValue], with float: SampleOutputs, isFull: Bool
  ) throws {
    let own = try outputs(inputs, float.count, isFull: isFull)
    guard own.values.count == float.values.count else {
      throw NetworkDataError(
        "an output has \(own.values.count) values where that of the float model has "
          + "\(float.values.count); expected a quantized copy of it")
    }
    score.errors.add(float.values, own.values, width: float.width)
    score.agreeing += (0..<own.count).count { own.classes(of: $0) == float.classes(of: $0) }
  }

  /// Compares the classes of the last batch with labels.
  func mark(_ labels: [Int]) {
    guard let last, last.isOneRow else { return }
    score.answers.isRight += labels.indices.map { last.classes(of: $0) == [labels[$0]] }
  }

  /// Keeps the vectors of the last batch.
  func keep() throws {
    guard let last else { return }
    guard last.isOneRow else {
      throw NetworkDataError(
        "an output has \(last.values.count / last.count / last.width) vectors for each sample; expected "
          + "one, for a retrieval task")
    }
    vectors += last.values
  }

  /// Finds the document of each query.
  func rank() {
    guard let width = last?.width else { return }
    let half = vectors.count / 2
    let retrieval = Retrieval(
      queries: Array(vectors[..<half]), documents: Array(vectors[half...]), width: width)
    score.answers.isRight = retrieval.isFirst
    score.answers.meanReciprocalRank = retrieval.meanReciprocalRank
  }
}
