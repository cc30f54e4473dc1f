internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import RangeEstimation
internal import TensorIO

/// `rangelab submit`: hands an experiment to a cluster, or computes it here in the same chunks.
struct SubmitCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Compute an experiment on a Slurm cluster, or here in the same way.",
    discussion: """
      Cuts what is missing into chunks, the dearest first, copies this program and the chunks into \
      DIR/.runs/ID, and submits one array of them and one job that assembles the tables. The same \
      command resumes: only what is not stored is submitted. DIR must be on a file system that all nodes \
      share. What follows '--' goes to sbatch, behind the options of an engine file.

      EXAMPLES
        rangelab submit experiments/bits.yaml -o /shared/bits -- --partition=cpu
        rangelab status /shared/bits
        rangelab cancel /shared/bits
        rangelab submit experiments/bits.yaml -o bits --engine local --workers 4
        rangelab submit experiments/bits.yaml -o /shared/bits --engine slurm.yaml
      """)

  @OptionGroup var source: ManifestOptions

  @Option(
    help: ArgumentHelp(
      """
      What computes: slurm, local for processes on this machine, or a file of settings FILE.yaml: engine, \
      sbatch (its options) and setup (lines of the shell before the program, such as module load).
      """, valueName: "slurm|local|file"))
  var engine = EngineOption.builtIn(.slurm)

  @Option(help: "How many chunks are computed at once; 16 for slurm, the processors for local.")
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "The least time of a chunk on one core, so that starting it is worth it; 60 for slurm, 1 for local.",
      valueName: "seconds"))
  var leastSeconds: Double?

  @Flag(help: "Submit although the last run of this directory is still under way.")
  var again = false

  @Argument(parsing: .postTerminator, help: "Options of sbatch, such as --partition=cpu.")
  var options: [String] = []

  func validate() throws {
    if let workers, !(1...100_000).contains(workers) {
      throw ValidationError("--workers cannot be \(workers); expected 1 to 100000.")
    }
    if let leastSeconds, !(leastSeconds >= 0 && leastSeconds.isFinite) {
      throw ValidationError("--least-seconds cannot be \(leastSeconds); expected 0 or more.")
    }
    if case .builtIn(.local) = engine, !options.isEmpty {
      throw ValidationError("\(EngineOption.withoutSbatch).")
    }
  }

  func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let settings = try engine.settings()
      let isSlurm = settings.engine == .slurm
      guard options.isEmpty || isSlurm else {
        throw LabFailure.usage(EngineOption.withoutSbatch)
      }
      let manifest = try source.load(registry)
      let folder = source.outputDirectory(of: manifest)
      let absolute = URL(fileURLWithPath: folder).standardized.path
      if !again, let last = try SubmittedRun.last(in: absolute), RunState(last).isUnderWay {
        throw LabFailure.usage(
          "run \(last.identity) of \(folder) is still under way; "
            + "expected 'rangelab cancel' before, or --again")
      }
      let plan = try ExperimentPlan(manifest, outputDirectory: folder, part: .all)
      for remark in manifest.remarks { StandardError.say(remark) }
      try TableWriter.claim(plan)
      try createOutputDirectory(folder)
      let count = workers ?? (isSlurm ? 16 : ProcessInfo.processInfo.activeProcessorCount)
      let most = isSlurm ? try SlurmEngine().mostTasks() : Int.max
      let submission = Submission(
        plan, workers: count,
        limits: Submission.Limits(
          leastSeconds: leastSeconds ?? (isSlurm ? 60 : 1), workers: count,
          allowed: most))
      guard submission.count > 0 else {
        print("nothing is missing: 'rangelab assemble' writes the tables")
        return
      }
      say(submission, workers: count)
      try ResumableFailure.catching {
        var run = try submission.prepare(
          for: settings, workers: min(count, submission.count), overrides: source.overrides)
        if isSlurm { run = try SlurmEngine().submit(run, options: settings.sbatch + options) }
        try run.write()
        try finish(run)
      }
    }
  }

  private func say(_ submission: Submission, workers: Int) {
    let hours = submission.seconds / 3600
    let time =
      hours < 0.1
      ? String(format: "%.0f core-seconds", submission.seconds)
      : String(format: "%.1f core-hours", hours)
    StandardError.say(
      "about \(time) by the cost model, in \(counted(submission.count, "chunk"))")
    let useful = Int(submission.seconds / max(submission.longest, 1e-9))
    if useful < workers {
      StandardError.say(
        "more than \(counted(max(1, useful), "worker")) gain nothing: "
          + "the dearest item takes \(String(format: "%.0f", submission.longest)) s")
    }
  }

  private func finish(_ run: SubmittedRun) throws {
    if run.engine == .slurm {
      print(
        "run \(run.identity): array \(run.array ?? ""), assembling job \(run.assembling ?? "")")
      print("rangelab status \(shellQuoted(run.output))")
      return
    }
    let progress = ProgressReport(name: run.name)
    let start = ContinuousClock.now
    let code = try LocalEngine(run).work(
      jobs: max(1, ProcessInfo.processInfo.activeProcessorCount / run.workers)
    ) { done in
      progress.show(
        ExperimentRun.Progress(
          what: "chunks", done: done, total: run.chunks,
          seconds: (ContinuousClock.now - start) / .seconds(1)))
    }
    progress.finish()
    guard let code else { throw LabFailure("cancelled", .incomplete) }
    print("run \(run.identity): \(counted(run.chunks, "chunk")), \(counted(run.cells, "cell"))")
    guard code != 0 else { return }
    StandardError.say(RunState(run).failureReport)
    throw ExitCode(code)
  }
}
