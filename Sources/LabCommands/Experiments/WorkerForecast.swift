internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import RangeEstimation
internal import Reports
internal import TensorIO

/// The options of `plan` that ask how long some numbers of workers would take.
struct WorkerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Show instead how long N workers would take, by the cost model, for each N; up to 100,000 of \
      them, such as 1,16,256.
      """, valueName: "N,..."))
  var workers: WorkerCounts?

  @Option(
    help: ArgumentHelp(
      "With --workers: what starting a chunk takes; \(Self.usualStartup) by default, as a task of Slurm.",
      valueName: "seconds"))
  var startup: Double?

  @Option(
    help: ArgumentHelp(
      "With --workers: the least time of a chunk, as for 'submit'; 60 by default.",
      valueName: "seconds"))
  var leastSeconds: Double?

  @Option(
    help: ArgumentHelp(
      "With --workers: the most chunks that a cluster takes (MaxArraySize); 16 for each worker by default.",
      valueName: "N"))
  var mostChunks: Int?

  func validate() throws {
    guard workers != nil || (startup == nil && leastSeconds == nil && mostChunks == nil) else {
      throw ValidationError("--startup, --least-seconds and --most-chunks need --workers.")
    }
    for (name, value) in [("startup", startup), ("least-seconds", leastSeconds)] {
      guard let value, !(value >= 0 && value.isFinite) else { continue }
      throw ValidationError("--\(name) cannot be \(value); expected 0 or more.")
    }
    if let mostChunks, mostChunks < 1 {
      throw ValidationError("--most-chunks cannot be \(mostChunks); expected 1 or more.")
    }
  }

  static let usualStartup = 3
}

/// `1,16,256`: numbers of workers.
struct WorkerCounts: ExpressibleByArgument {
  let counts: [Int]

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    counts = words.compactMap { Int($0) }
    guard counts.count == words.count, counts.allSatisfy((1...100_000).contains) else { return nil }
  }
}

/// Prints how long numbers of workers would take for what is missing of an experiment.
struct WorkerForecast {
  let plan: ExperimentPlan
  let options: WorkerOptions

  private var leastSeconds: Double { options.leastSeconds ?? 60 }

  /// Simulates each number of workers, prints a table, and below it from how many on more gain nothing.
  func show() throws {
    let counts = options.workers?.counts ?? []
    let simulation = try WorkerSimulation(
      of: plan, startup: options.startup ?? Double(WorkerOptions.usualStartup))
    guard simulation.seconds > 0 else {
      print("nothing is missing: 'rangelab assemble' writes the tables")
      return
    }
    let progress = ProgressReport(name: plan.manifest.name)
    let start = ContinuousClock.now
    var table = MarkdownTable(
      ["workers", "chunks", "makespan", "least possible", "efficiency"], leftColumns: 0)
    for (index, count) in counts.enumerated() {
      let outcome = try simulation.outcome(
        workers: count,
        limits: Submission.Limits(
          leastSeconds: leastSeconds, workers: count, allowed: options.mostChunks ?? .max))
      table.add([
        "\(count)", "\(outcome.chunks)", Self.time(outcome.makespan),
        Self.time(outcome.leastPossible), String(format: "%.1f %%", 100 * outcome.efficiency),
      ])
      progress.show(
        ExperimentRun.Progress(
          what: "numbers of workers", done: index + 1, total: counts.count,
          seconds: (ContinuousClock.now - start) / .seconds(1)))
    }
    progress.finish()
    print(table.text)
    print(printableLines(limit(of: simulation)))
  }

  /// From how many workers on more gain nothing, and why.
  private func limit(of simulation: WorkerSimulation) -> String {
    let useful = simulation.usefulWorkers(leastSeconds: leastSeconds)
    let (piece, seconds) = simulation.dearest
    let work = "All work takes about \(Self.time(simulation.seconds)) of one core"
    let gain = "more workers than \(useful) gain nothing."
    if leastSeconds > seconds {
      return "\(work), and a chunk at least \(Self.time(leastSeconds)) (--least-seconds): \(gain)"
    }
    return "\(work), and the dearest piece, which cannot be cut, \(Self.time(seconds)): \(gain)\n"
      + "The dearest piece is \(name(of: piece))."
  }

  private func name(of piece: PlanPiece) -> String {
    if let network = piece.network {
      return "the activations and rows of the network \(plan.manifest.networks[network].name)"
    }
    if let place = piece.cells.first?.lowerBound { return "the cell \(plan.cells[place].key)" }
    return piece.profile.map { "the profile of \(plan.manifest.tensors[$0].name)" } ?? "nothing"
  }

  /// `12.3 s`, `45.6 min` or `78.9 h`.
  private static func time(_ seconds: Double) -> String {
    switch seconds {
    case ..<600: String(format: "%.1f s", seconds)
    case ..<36_000: String(format: "%.1f min", seconds / 60)
    default: String(format: "%.1f h", seconds / 3600)
    }
  }
}
