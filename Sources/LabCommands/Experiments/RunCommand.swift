internal import ArgumentParser
internal import ExperimentRunner
internal import RangeEstimation
internal import TensorIO

/// `rangelab run`: runs a manifest and writes tables.
struct RunCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an experiment and write its tables.",
    discussion: """
      Writes results.csv, profiles.json, summary.md, timings.csv and provenance.json, and \
      networks.csv where the manifest has models. Finished \
      cells are kept: a run that was killed resumes, and a run that is repeated computes nothing.

      EXAMPLES
        rangelab run experiments/quickstart.yaml
        rangelab run experiments/bits.yaml --set bits=[4,8] -o /tmp/bits -j 2
        rangelab run experiments/bits.yaml -o /shared/bits --shard 3/8
      """)

  @OptionGroup var options: ExperimentOptions

  @OptionGroup var jobs: JobOptions

  @Option(
    help: ArgumentHelp(
      """
      Compute part I, counted from 1, of N parts of about equal cost, and write no tables: \
      'rangelab assemble' does. The parts depend on the manifest alone.
      """, valueName: "I/N"))
  var shard: ShardOption?

  @Option(
    help: ArgumentHelp(
      "Compute a chunk that 'rangelab submit' has written, and write no tables.",
      valueName: "folder:number"))
  var chunk: ChunkOption?

  func validate() throws {
    guard shard == nil || chunk == nil else {
      throw ValidationError("--shard cannot be combined with --chunk.")
    }
    guard shard == nil && chunk == nil || options.filter == nil else {
      throw ValidationError(
        "\(shard == nil ? "--chunk" : "--shard") cannot be combined with --filter.")
    }
  }

  func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let request = try shard?.request ?? chunk?.request()
      let plan = try options.plan(registry, part: request)
      let filter = try options.cellFilter(for: plan)
      for remark in plan.manifest.remarks { StandardError.say(remark) }
      if plan.part == nil { try TableWriter.claim(plan) }
      try createOutputDirectory(plan.outputDirectory)
      sayDamage(plan.damage(matching: filter))
      if plan.part != nil {
        let name = shard.map { "shard \($0.index)/\($0.count)" } ?? chunk?.name ?? ""
        return try PartRun(plan: plan, name: name, jobs: jobs.jobs) {
          try chunk?.noteDone(cells: $0, failed: $1)
        }.run()
      }
      let progress = ProgressReport(name: plan.manifest.name)
      let finished = try ResumableFailure.catching {
        let finished = try ExperimentRun(plan, filter: filter, jobs: jobs.jobs).run {
          progress.show($0)
        }
        progress.finish()
        return finished
      }
      try TableWriter(finished: finished).write(showing: progress)
    }
  }

  private func sayDamage(_ damage: (cells: Int, profiles: Int)) {
    let parts = [(damage.cells, "stored cell"), (damage.profiles, "stored profile")]
      .filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
    guard !parts.isEmpty else { return }
    StandardError.say("damaged and computed again: \(parts.joined(separator: " and "))")
  }
}
