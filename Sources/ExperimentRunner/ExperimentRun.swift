internal import Foundation
internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords
internal import Synchronization
internal import TensorIO
internal import TensorSources

/// Carries out a plan: computes what is missing, in parallel, and keeps each cell as it is done.
///
/// The unit of work is a tensor at a granularity (``WorkItem``): its lanes are cut and its statistics
/// observed once, for all estimators, bit widths and schemes. Whoever has no tensor left helps with
/// the cells and lanes of another's. What a worker computes depends on nothing another worker does,
/// so the number of jobs cannot show in a result.
package struct ExperimentRun: Sendable {
  /// What an observer is told after each cell.
  package struct Progress: Sendable {
    /// Cells computed so far in this run.
    package let done: Int
    /// Cells to compute in this run.
    package let total: Int
    /// Seconds since the run began.
    package let seconds: Double
  }

  private let plan: ExperimentPlan
  private let filter: CellFilter?
  private let jobs: Int

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - filter: Computes only the cells that match; what is there of the others stays.
  ///   - jobs: How many threads work.
  package init(_ plan: ExperimentPlan, filter: CellFilter? = nil, jobs: Int) {
    self.plan = plan
    self.filter = filter
    self.jobs = jobs
  }

  /// Computes the missing cells and returns every finished cell of the plan.
  ///
  /// - Parameter observe: Called after each cell, from any thread, one call at a time.
  /// - Throws: The first failure to write; cells computed before it are kept.
  package func run(observe: @escaping @Sendable (Progress) -> Void) throws -> FinishedExperiment {
    let start = ContinuousClock.now
    let pending = plan.pending(matching: filter)
    let store = CellStore(outputDirectory: plan.outputDirectory)
    let profileStore = ProfileStore(outputDirectory: plan.outputDirectory)
    for tensor in plan.untidy { try store.tidy(tensor) }
    let items = WorkItem.items(of: pending, plan.pendingProfiles(matching: filter))
      .sorted { $0.size > $1.size }
    let workers = Workers(max(1, jobs))
    let finished = Mutex(plan.finished)
    let profiles = Mutex(plan.finishedProfiles)
    let failure = Mutex<(any Error)?>(nil)
    workers.forEach(items.count) { index in
      guard failure.withLock({ $0 == nil }) else { return }
      do {
        try compute(items[index], workers) { request, profile in
          let kept = try KeptProfile(profile)
          try profileStore.keep(kept, at: request.address)
          profiles.withLock { $0[request.address] = kept }
        } keep: { cell, entry in
          // What failed is tried again by the next run.
          if case .failed = entry.record.status {
          } else {
            try store.keep(entry, of: cell)
          }
          finished.withLock {
            $0[cell.address] = entry
            observe(
              Progress(
                done: $0.count - plan.finished.count, total: pending.count,
                seconds: (ContinuousClock.now - start) / .seconds(1)))
          }
        }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return FinishedExperiment(
      plan: plan, entries: finished.withLock { $0 }, profiles: profiles.withLock { $0 },
      computed: pending.count, seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// Computes what is to be done with one tensor at one granularity; `keepProfile` and `keep` throw
  /// when something cannot be kept.
  private func compute(
    _ item: WorkItem, _ workers: Workers,
    keepProfile: (ProfileRequest, TensorProfile) throws -> Void,
    keep: (ExperimentCell, CellStore.Entry) throws -> Void
  ) throws {
    func keepAll(_ cells: some Collection<ExperimentCell>, _ outcomes: [CellOutcome]) throws {
      for (cell, outcome) in zip(cells, outcomes) {
        try keep(cell, CellStore.Entry(record: outcome.record, seconds: outcome.seconds))
      }
    }
    var work: CellWork
    do {
      let batches = try item.tensor.batches(of: plan, granularity: item.granularity)
      work = CellWork(Evaluation(batches, workers: workers))
    } catch {
      try keepAll(item.cells, item.cells.map { CellOutcome(key: $0.key, failed: "\(error)") })
      return
    }
    var parts = work.parts(of: item.cells.map { CellRequest($0.estimator, $0.key) })
    // The profile is of all batches, as are most cells: it is measured along with the first of them.
    let profiled = parts.firstIndex { $0.first?.key.split == nil }
    if profiled == nil, item.profile != nil { parts.append([]) }
    for (index, part) in parts.enumerated() {
      let cells = item.cells[part.indices]
      let request = index == profiled ?? parts.count - 1 ? item.profile : nil
      switch Result(catching: { try work.outcomes(ofPart: part, profiling: request) }) {
      case .success(let (outcomes, profile)):
        try keepAll(cells, outcomes)
        if let request, let profile { try keepProfile(request, profile) }
      case .failure(let error):
        // A tensor that cannot be read has no profile; its cells say why.
        try keepAll(cells, cells.map { CellOutcome(key: $0.key, failed: "\(error)") })
      }
    }
  }
}

extension TensorReference {
  /// Draws the tensor, or prepares the reading of its files.
  func batches(
    of plan: ExperimentPlan, granularity: Granularity
  ) throws -> TensorBatches {
    if let unreadable { throw unreadable }
    let nonFinite = plan.manifest.nonFinite
    switch origin {
    case .synthetic(let synthetic):
      return try TensorBatches(
        synthetic.generate(seed: plan.manifest.seed), layout, granularity)
    case .file(let file):
      return try TensorBatches(
        [plan.inputs.input(file)], layout, granularity, nonFinite: nonFinite)
    case .sequence(let files):
      return try TensorBatches(
        files.map { plan.inputs.input($0) }, layout, granularity,
        nonFinite: nonFinite)
    }
  }
}
