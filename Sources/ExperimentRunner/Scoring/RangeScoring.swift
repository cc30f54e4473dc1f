internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import QuantizationCore
package import RangeEstimation
package import RangeFiles
internal import TensorIO

/// Measures ranges that others chose, set beside set, on the tensors that they are for.
package struct RangeScoring: Sendable {
  /// The ranges of one tool or rule.
  package typealias NamedSet = (name: String, ranges: RangeSet)

  private let sets: [NamedSet]
  private let workers: Workers
  private let certifies: Bool
  private let progress: @Sendable (_ what: String, _ done: Int, _ all: Int) -> Void

  /// - Parameters:
  ///   - sets: The ranges; the names tell them apart.
  ///   - certifies: Whether the least error possible is found for each, which takes most of the time.
  ///   - progress: Called with what is being done and how much of it is done.
  package init(
    _ sets: [NamedSet], workers: Workers, certifies: Bool = true,
    progress: @escaping @Sendable (_ what: String, _ done: Int, _ all: Int) -> Void = { _, _, _ in }
  ) {
    (self.sets, self.workers, self.certifies, self.progress) = (sets, workers, certifies, progress)
  }

  /// The ranges of all sets by tensor, in the order of first appearance; biases, whose scales follow
  /// from others, are left out.
  private var tensors: [(name: String, kind: TensorRange.Kind, candidates: [RangeCandidate])] {
    var places: [String: Int] = [:]
    var tensors: [(name: String, kind: TensorRange.Kind, candidates: [RangeCandidate])] = []
    for (index, set) in sets.enumerated() {
      let all =
        set.ranges.tensors.map { RangeCandidate(set: (index, set.name), range: $0) }
        + set.ranges.unaligned.map {
          RangeCandidate(set: (index, set.name), range: $0.steps, lows: $0.lows)
        }
      for candidate in all where candidate.range.kind != .bias {
        let range = candidate.range
        if let place = places[range.name] {
          tensors[place].candidates.append(candidate)
        } else {
          places[range.name] = tensors.count
          tensors.append((range.name, range.kind, [candidate]))
        }
      }
    }
    return tensors
  }

  /// Measures ranges on tensors in files.
  ///
  /// - Parameter files: What `TensorFile.open` takes to read a tensor of each name.
  /// - Returns: The scores, tensor after tensor.
  /// - Throws: ``NetworkDataError`` where a range has no tensor; what reading throws.
  package func scores(files: [String: String]) throws -> [ScoredRange] {
    let tensors = tensors
    for tensor in tensors where files[tensor.name] == nil {
      throw tensor.candidates[0].fault(
        "there is no tensor of this name"
          + Suggestion.hint(for: tensor.name, among: Array(files.keys)))
    }
    return try measured(tensors, "tensors") { tensor, granularity in
      let file = try TensorFile.open(files[tensor.name] ?? "")[0]
      try tensor.candidates.forEach { try $0.check(shape: file.shape) }
      return try TensorBatches(
        files: [file.specification], BatchLayout(whole: file.shape), granularity, nonFinite: .error)
    }
  }

  /// Measures ranges on the tensors of a network, activations by one float run.
  ///
  /// - Parameters:
  ///   - path: The file of the float model.
  ///   - run: The run that shows the activations; nothing where there is no data.
  /// - Returns: The scores, tensor after tensor, in the order of the sets.
  /// - Throws: ``NetworkDataError`` where a range has no tensor, or is for an activation without a run;
  ///   what reading and running throw.
  package func scores(
    model path: String, run: NetworkCalibration.Run?
  ) throws -> [ScoredRange] {
    let tensors = tensors
    let network = try ScoredNetwork(path)
    var activations: [String] = []
    for tensor in tensors {
      switch network.place(tensor.name) {
      case .made where run == nil:
        throw tensor.candidates[0].fault("is an activation; expected samples to show its values")
      case .made: activations.append(tensor.name)
      case .constant: continue
      case .nowhere:
        throw tensor.candidates[0].fault(
          "the model has no such tensor" + Suggestion.hint(for: tensor.name, among: network.names))
      }
    }
    let made = Set(activations)
    let weights = try measured(tensors.filter { !made.contains($0.name) }, "weights") {
      try network.batches(of: $0.name, $1, $0.candidates)
    }
    guard let run, !activations.isEmpty else { return weights }
    var found: [ScoredRange] = []
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    let float = ActivationRun(
      network.model(making: activations), on: run.samples, batchSize: run.batchSize,
      threads: run.threads,
      library: run.library)
    try float.forEachGroup(of: activations, progress: { progress("samples", $0, $1) }) { files in
      let ready = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0) })
      found += try measured(files.compactMap { byName[$0.name] }, "activations") { tensor, lanes in
        guard lanes == .tensor else {
          throw tensor.candidates[0].fault(
            "is an activation; expected one range, not one by \(lanes)")
        }
        guard let file = ready[tensor.name] else { throw tensor.candidates[0].fault("was not run") }
        return try TensorBatches(file)
      }
    }
    let order = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    return (weights + found).enumerated().sorted {
      (order[$0.element.range.name] ?? 0, $0.offset) < (
        order[$1.element.range.name] ?? 0, $1.offset
      )
    }.map(\.element)
  }

  private typealias Candidates = (
    name: String, kind: TensorRange.Kind, candidates: [RangeCandidate]
  )

  private func measured(
    _ tensors: [Candidates], _ what: String,
    _ batches: @escaping @Sendable (Candidates, Granularity) throws -> TensorBatches
  ) throws -> [ScoredRange] {
    let done = Counter()
    return try workers.map(tensors.count) { index in
      let tensor = tensors[index]
      let scores = try RangeCandidate.scores(
        of: tensor.candidates, workers: workers, certifies: certifies
      ) {
        try batches(tensor, $0)
      }
      progress(what, done.next(), tensors.count)
      return scores
    }.flatMap(\.self)
  }
}

extension RangeCandidate {
  /// Refuses a range for a tensor of another shape.
  func check(shape: [Int]) throws(NetworkDataError) {
    guard range.shape.isEmpty || range.shape == shape else {
      throw fault("the range is for the shape \(range.shape); the tensor has \(shape)")
    }
  }
}
