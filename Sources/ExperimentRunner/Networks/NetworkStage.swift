internal import Foundation
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import QuantizationCore
internal import RangeEstimation
internal import RangeFiles
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// The last stage of an experiment with networks: each network is quantized in each way and judged.
///
/// Ranges of activations are those of the finished cells; ranges of weights are chosen again, because a
/// record has no quantizers of many lanes. A row is kept as soon as it is there.
struct NetworkStage {
  let plan: ExperimentPlan
  let workers: Workers
  let library: RuntimeLibrary
  /// Where rows are kept.
  let store: ResultWriter

  /// Judges what is not judged yet.
  ///
  /// - Parameters:
  ///   - records: The finished cells.
  ///   - progress: Called with the rows done and to do of a network.
  /// - Returns: A row for each way whose cells are finished, in the order of the manifest, and how many
  ///   of them were judged now.
  /// - Throws: What reading samples and keeping rows throw.
  func rows(
    from records: [ResultRecord], progress: (_ done: Int, _ all: Int) -> Void
  ) throws -> (rows: [NetworkRecord], judged: Int) {
    var rows = plan.networkWays.map(\.kept)
    var judged = 0
    for (index, network) in plan.manifest.networks.enumerated() {
      let pending = rows.indices.filter {
        rows[$0] == nil && plan.networkWays[$0].network == index
      }
      guard !pending.isEmpty else { continue }
      judged += try judge(pending, network, records, into: &rows, progress)
    }
    return (rows.compactMap(\.self), judged)
  }

  /// Judges ways of one network, and returns how many could be.
  private func judge(
    _ pending: [Int], _ network: NetworkReference, _ records: [ResultRecord],
    into rows: inout [NetworkRecord?], _ progress: (_ done: Int, _ all: Int) -> Void
  ) throws -> Int {
    let candidates = try candidates(pending, network, ActivationCells(records, of: network))
    let float = try Session.exposing(
      [], of: network.network.model, library: library, options: SessionOptions())
    let task = try task(of: network, for: float)
    // Several quantized models share one run of the float model, as far as they fit memory.
    let size = try max(1, min(8, (256 << 20) / max(1, network.network.model.bytes().count)))
    var done = 0
    for start in stride(from: 0, to: candidates.count, by: size * workers.count) {
      let chunk = Array(candidates[start..<min(start + size * workers.count, candidates.count)])
      let parts = stride(from: 0, to: chunk.count, by: size).map {
        Array(chunk[$0..<min($0 + size, chunk.count)])
      }
      let judged = try workers.map(parts.count) { part in
        try judge(parts[part], network, float, task)
      }
      for (place, row) in zip(chunk.map(\.place), judged.flatMap(\.self)) {
        try store.keep(row, at: plan.networkWays[place].address)
        rows[place] = row
      }
      done += chunk.count
      progress(done, candidates.count)
    }
    return candidates.count
  }

  /// A way whose cells are finished.
  private struct Candidate: Sendable {
    let place: Int
    let key: NetworkRecord.Key
    let ranges: RangeSet?
    let reason: String
  }

  private func candidates(
    _ pending: [Int], _ network: NetworkReference, _ found: ActivationCells
  ) throws -> [Candidate] {
    let calibration = NetworkCalibration(network.network, workers: workers)
    let estimators = Dictionary(
      uniqueKeysWithValues: plan.manifest.estimators.map { ($0.name, $0) })
    return try pending.compactMap { place in
      let way = plan.networkWays[place]
      let (choice, key) = (way.choice, way.key)
      switch found.activations(choice, on: way.split) {
      case .missing: return nil
      case .undefined(let reason):
        return Candidate(place: place, key: key, ranges: nil, reason: reason)
      case .ranges(let activations):
        guard let estimator = estimators[choice.estimator] else { return nil }
        do {
          let weights = try calibration.ranges(
            weights: NetworkRule(estimator, on: choice.weights, sharing: choice.sharing),
            activations: nil)
          return Candidate(
            place: place, key: key,
            ranges: RangeSet(model: weights.model, tensors: weights.tensors + activations),
            reason: "")
        } catch let error as NetworkDataError {
          return Candidate(place: place, key: key, ranges: nil, reason: "skipped: \(error)")
        }
      }
    }
  }

  private func task(
    of network: NetworkReference, for session: Session
  ) throws -> ModelEvaluation.Task {
    let sets = try network.evaluation.map {
      try SampleSet(path: $0.path, for: session.inputs, normalization: network.normalization)
    }
    return sets.count == 2
      ? .retrieval(queries: sets[0], documents: sets[1]) : .classification(sets[0])
  }

  private func judge(
    _ candidates: [Candidate], _ network: NetworkReference, _ float: Session,
    _ task: ModelEvaluation.Task
  ) throws -> [NetworkRecord] {
    let prepared = network.network
    let quantized = try candidates.map { candidate in
      try candidate.ranges.map { ranges in
        try prepared.model.quantized(prepared.placement, ranges) { try prepared.values(of: $0) }
      }
    }
    let sessions = try quantized.map { model in
      try model.map {
        try Session.exposing(
          [], of: $0.model, library: library, options: SessionOptions(keepsQDQInFloat: true))
      }
    }
    let evaluation = try ModelEvaluation(
      float: float, simulated: sessions.compactMap(\.self), on: task,
      batchSize: network.batchSize)
    var judged = evaluation.models.makeIterator()
    return zip(candidates, quantized).map { candidate, model in
      guard let model, let score = judged.next()?.simulated else {
        return NetworkRecord(candidate.key, nil, status: candidate.reason)
      }
      return NetworkRecord(
        candidate.key, NetworkRecord.Figures(score, evaluation.float, bytes: model.sizes.total))
    }
  }
}

extension NetworkRecord.Figures {
  /// The figures of a score.
  init(_ score: ModelScore, _ float: ModelScore, bytes: Int) {
    let hasLabels = !score.answers.isRight.isEmpty
    self.init(
      samples: hasLabels ? score.answers.isRight.count : score.samples,
      floatRight: hasLabels ? float.answers.isRight.count { $0 } : nil,
      right: hasLabels ? score.answers.isRight.count { $0 } : nil,
      pValue: score.answers.test(against: float.answers)?.probability,
      mrr: score.answers.meanReciprocalRank, agreement: score.agreement,
      outputMse: score.errors.meanSquaredError, outputSqnrDb: score.errors.signalToNoise,
      outputCosine: score.errors.cosine, outputKl: score.errors.meanDivergence, bytes: bytes)
  }
}
