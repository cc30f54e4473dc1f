internal import ArgumentParser
internal import ExperimentRunner
internal import RangeEstimation
internal import TensorIO

/// `rangelab plan`: prints what a run would do.
struct PlanCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a run would compute, what is there, and what is left out.",
    discussion: """
      One line for each cell, 'cached' or 'run', why cells that were computed before are to be \
      computed again, and the totals; with networks also how many rows of networks.csv are to be \
      judged.

      With --workers, simulates 'rangelab submit' of what is missing: the time until the last worker is \
      done (makespan), the least possible for that many workers, and the share of their time in which \
      they compute. Workers differ in speed by up to 20 %, and the cost of each item by a factor of \
      e^0.3 at one standard deviation; both are drawn with a fixed seed.

      EXAMPLES
        rangelab plan experiments/quickstart.yaml
        rangelab plan experiments/bits.yaml --workers 1,16,256
      """)

  @OptionGroup var options: ExperimentOptions

  @OptionGroup var forecast: WorkerOptions

  func validate() throws {
    guard forecast.workers == nil || (options.filter == nil && !options.force) else {
      throw ValidationError("--workers cannot be combined with --filter or --force.")
    }
  }

  func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      if forecast.workers != nil {
        let plan = try options.plan(registry, part: .all)
        return try WorkerForecast(plan: plan, options: forecast).show()
      }
      let plan = try options.plan(registry)
      let filter = try options.cellFilter(for: plan)
      var (cached, filtered) = (0, 0)
      var toRun: [ExperimentCell] = []
      for cell in plan.cells {
        let state: String
        switch (plan.isFinished(cell), filter?.matches(cell.key) ?? true) {
        case (true, _): (state, cached) = ("cached  ", cached + 1)
        case (false, true):
          state = "run     "
          toRun.append(cell)
        case (false, false): (state, filtered) = ("filtered", filtered + 1)
        }
        print(printableLines("\(state) \(cell.key)"))
      }
      if toRun.contains(where: plan.hasChanged) { print("to run: \(plan.reasons(for: toRun))") }
      print(
        "\(counted(plan.cells.count, "cell")): \(toRun.count) to run, \(cached) cached, "
          + "\(filtered) left out by --filter; "
          + "\(counted(plan.excludedCount, "combination")) excluded by the manifest")
      let rows = plan.networkWays
      guard !rows.isEmpty else { return }
      let kept = rows.count(where: \.isKept)
      let toJudge = plan.pendingNetworks(matching: filter).count
      print(
        "\(counted(rows.count, "network row")): \(toJudge) to judge, \(kept) cached, "
          + "\(rows.count - kept - toJudge) left out by --filter")
    }
  }
}
