internal import Foundation
internal import NetworkRuntime
internal import TensorIO

/// Cuts what is missing of an experiment into chunks, and writes everything that computes them into a folder.
package struct Submission: Sendable {
  /// The least seconds of a chunk, at which starting it is worth it, and the most chunks.
  package struct Limits: Sendable {
    package var leastSeconds: Double
    package var mostChunks: Int

    /// - Parameters:
    ///   - allowed: The most chunks that the engine takes at once; there are 16 for each worker at most, or 64.
    package init(leastSeconds: Double, workers: Int, allowed: Int = .max) {
      self.leastSeconds = leastSeconds
      mostChunks = min(allowed, max(16 * workers, 64))
    }
  }

  /// The seconds that all chunks take on one core, by the cost model.
  package let seconds: Double
  /// The seconds of the dearest item or cell that is not cut: no number of workers is faster.
  package let longest: Double
  private let chunks: [[PlanPiece]]
  private let plan: ExperimentPlan

  /// - Parameters:
  ///   - plan: A whole plan with an outline (``PartRequest/all``).
  ///   - workers: How many chunks run at once.
  package init(_ plan: ExperimentPlan, workers: Int, limits: Limits) {
    self.plan = plan
    let pieces = plan.missingPieces()
    chunks = PlanCut.chunks(
      pieces, costs: plan.outline?.costs ?? [], workers: workers,
      least: limits.leastSeconds * 1e9, most: limits.mostChunks)
    seconds = pieces.reduce(0) { $0 + $1.cost } / 1e9
    longest = (chunks.joined().map(\.cost).max() ?? 0) / 1e9
  }

  /// How many chunks there are; 0 where nothing is missing.
  package var count: Int { chunks.count }

  /// Writes the folder of the run: the chunks, a copy of this program and the scripts.
  ///
  /// - Parameter settings: What computes, and the lines before the program in each script.
  /// - Returns: The run, which no engine has yet; its description is not written.
  /// - Throws: `TensorFileError.unwritable`, and the errors of creating folders and copying the program.
  package func prepare(
    for settings: EngineSettings, workers: Int, overrides: [String]
  ) throws -> SubmittedRun {
    let output = URL(fileURLWithPath: plan.outputDirectory).standardized.path
    let file = ChunkFile(plan: plan.outline?.fingerprint ?? "", chunks)
    let run = SubmittedRun(
      identity: Self.newIdentity(in: output), engine: settings.engine, name: plan.manifest.name,
      manifest: URL(fileURLWithPath: plan.manifest.path).standardized.path, overrides: overrides,
      output: output, workers: workers, chunks: chunks.count,
      cells: (0..<file.count).reduce(0) { $0 + file.cells(of: $1) })
    let manager = FileManager.default
    for name in ["logs", "done"] {
      try manager.createDirectory(
        atPath: "\(run.folder)/\(name)", withIntermediateDirectories: true)
    }
    let program = try manager.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    try manager.copyItem(atPath: program, toPath: run.folder + "/rangelab")
    try writeAtomically(file.text, to: run.folder + "/chunks")
    let scripts = TaskScripts(
      run,
      library: plan.manifest.networks.isEmpty ? nil : try RuntimeLibrary.open().path,
      setup: settings.setup)
    try writeAtomically(scripts.task, to: run.folder + "/task.sh")
    try writeAtomically(scripts.assembling, to: run.folder + "/assemble.sh")
    return run
  }

  /// `20261128T012345Z`, with a number behind it if that is taken.
  private static func newIdentity(in output: String) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
    let base = formatter.string(from: Date.now)
    var (identity, number) = (base, 1)
    while FileManager.default.fileExists(atPath: "\(output)/.runs/\(identity)") {
      number += 1
      identity = "\(base)\(number)"
    }
    return identity
  }
}
