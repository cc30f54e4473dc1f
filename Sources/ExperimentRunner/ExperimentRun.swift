internal import Foundation
internal import NetworkRuntime
internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords
internal import Synchronization
internal import TensorIO
internal import TensorSources

/// Runs a plan: computes the missing cells in parallel and stores each as soon as it is done.
///
/// The unit of work is a tensor at a granularity (``WorkItem``): it is cut into lanes once, and its
/// statistics are computed once for all estimators, bit widths and schemes. A thread without an
/// item helps with the cells and lanes of another item. No result depends on another thread's work,
/// so the number of jobs does not affect results.
package struct ExperimentRun: Sendable {
  /// The progress that an observer receives after each cell.
  package struct Progress: Sendable {
    /// What is counted: cells, the samples of a float run, or networks.
    package var what = "cells"
    /// Cells computed so far in this run.
    package let done: Int
    /// Cells to compute in this run.
    package let total: Int
    /// Seconds since the run began.
    package let seconds: Double

    /// Creates the progress of something.
    package init(what: String = "cells", done: Int, total: Int, seconds: Double) {
      (self.what, self.done, self.total, self.seconds) = (what, done, total, seconds)
    }
  }

  private let plan: ExperimentPlan
  private let filter: CellFilter?
  private let jobs: Int

  /// Prepares a run.
  ///
  /// - Parameters:
  /// - filter: Compute only the cells that match; keep the stored results of all others.
  /// - jobs: The number of threads.
  package init(_ plan: ExperimentPlan, filter: CellFilter? = nil, jobs: Int) {
    self.plan = plan
    self.filter = filter
    self.jobs = jobs
  }

  /// Computes the missing cells and returns every finished cell of the plan.
  ///
  /// Segments are merged at the end of a run of the whole plan (``SegmentFolder/merge(isUntidy:)``).
  ///
  /// - Parameter observe: Called after each cell, from any thread, one call at a time.
  /// - Throws: The first error of writing; cells computed before it are stored.
  package func run(observe: @escaping @Sendable (Progress) -> Void) throws -> FinishedExperiment {
    let start = ContinuousClock.now
    let pending = plan.pending(matching: filter)
    let store = ResultWriter(
      outputDirectory: plan.outputDirectory, owner: plan.part?.owner ?? .run)
    let items = WorkItem.items(of: pending, plan.pendingProfiles(matching: filter))
      .sorted { $0.size > $1.size }
    let workers = Workers(max(1, jobs))
    let finished = Mutex(plan.finished)
    let profiles = Mutex(plan.finishedProfiles)
    let failure = Mutex<(any Error)?>(nil)
    @Sendable func work(through items: [WorkItem], _ batches: @escaping Batches) {
      workers.forEach(items.count) { index in
        guard failure.withLock({ $0 == nil }) else { return }
        do {
          try compute(items[index], workers, batches) { request, profile in
            let kept = try KeptProfile(profile)
            try store.keep(kept, at: request.address)
            profiles.withLock { $0[request.address] = kept }
          } keep: { cell, entry in
            try store.keep(entry, of: cell)
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
    }
    work(through: items.filter { !$0.tensor.isActivation }) { item in
      try item.tensor.batches(of: plan, granularity: item.granularity)
    }
    let activations = items.filter(\.tensor.isActivation)
    for (index, network) in plan.manifest.networks.enumerated() {
      let own = activations.filter { $0.tensor.network == index }
      guard !own.isEmpty, failure.withLock({ $0 == nil }) else { continue }
      try NetworkRun(network).forEachGroup(of: own) { done, all in
        observe(
          Progress(
            what: "samples of \(network.name)", done: done, total: all,
            seconds: (ContinuousClock.now - start) / .seconds(1)))
      } _: {
        work(through: $0, $1)
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    let entries = finished.withLock { $0 }
    var networks: (rows: [NetworkRecord], judged: Int) = ([], 0)
    if !plan.networkWays.isEmpty {
      let stage = NetworkStage(
        plan: plan, workers: workers, library: try RuntimeLibrary.open(), store: store)
      networks = try stage.rows(from: plan.cells.compactMap { entries[$0.address]?.record }) {
        observe(
          Progress(
            what: "networks", done: $0, total: $1,
            seconds: (ContinuousClock.now - start) / .seconds(1)))
      }
    }
    try store.close()
    if plan.part == nil {
      try SegmentFolder(outputDirectory: plan.outputDirectory).merge(isUntidy: plan.isUntidy)
    }
    return FinishedExperiment(
      plan: plan, entries: entries, networks: networks, profiles: profiles.withLock { $0 },
      computed: pending.count, seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// The batches of an item, ready to be read.
  typealias Batches = @Sendable (WorkItem) throws -> TensorBatches

  /// Computes one item; `keepProfile` and `keep` throw if a result cannot be stored.
  private func compute(
    _ item: WorkItem, _ workers: Workers, _ batches: Batches,
    keepProfile: (ProfileRequest, TensorProfile) throws -> Void,
    keep: (ExperimentCell, StoredResults.Entry) throws -> Void
  ) throws {
    func keepAll(_ cells: some Collection<ExperimentCell>, _ outcomes: [CellOutcome]) throws {
      for (cell, outcome) in zip(cells, outcomes) {
        try keep(cell, StoredResults.Entry(record: outcome.record, seconds: outcome.seconds))
      }
    }
    var work: CellWork
    do {
      work = CellWork(Evaluation(try batches(item), workers: workers))
    } catch {
      try keepAll(item.cells, item.cells.map { CellOutcome(key: $0.key, failed: "\(error)") })
      return
    }
    var parts = work.parts(of: item.cells.map { CellRequest($0.estimator, $0.key) })
    // The profile covers all batches, as most cells do, so it is measured with the first of them.
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
        // A tensor that cannot be read has no profile; its cells have the reason.
        try keepAll(cells, cells.map { CellOutcome(key: $0.key, failed: "\(error)") })
      }
    }
  }
}

extension TensorReference {
  /// Draws a synthetic tensor, or prepares to read the files of another.
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
    case .network(let tensor):
      let network = plan.manifest.networks[tensor.network].network
      let values = try network.values(ofWeight: tensor.name)
      return try TensorBatches(Tensor(shape: tensor.shape, values: values), layout, granularity)
    }
  }

  /// The index of the network that the tensor is of; nothing for other tensors.
  var network: Int? { if case .network(let tensor) = origin { tensor.network } else { nil } }

  /// Whether the values are there only after a run of a network.
  var isActivation: Bool {
    if case .network(let tensor) = origin { tensor.kind == .activation } else { false }
  }
}
