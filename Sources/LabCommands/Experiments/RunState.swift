internal import ExperimentRunner
internal import Foundation
internal import TensorIO

/// What is known of a submitted run.
///
/// It is what chunks have noted when they were done, and for the others what the engine says. A run that the
/// engine has forgotten is still described rightly.
struct RunState {
  let run: SubmittedRun
  private let slurm: SlurmEngine.Answer
  private let isLocalRunning: Bool
  /// The chunks that are not done.
  let open: [Int]

  init(_ run: SubmittedRun) {
    self.run = run
    slurm = run.engine == .slurm ? SlurmEngine().states(of: run) : SlurmEngine.Answer()
    isLocalRunning = run.engine == .local && LocalEngine(run).isUnderWay
    open = (0..<run.chunks).filter { !run.isDone($0) }
  }

  /// Whether something may still be computed without another command.
  var isUnderWay: Bool {
    if isComplete { return false }
    return isLocalRunning || !slurm.isThere || slurm.chunks.values.contains(where: \.isActive)
      || slurm.assembling?.isActive ?? false
  }

  /// Whether the tables are written.
  var isComplete: Bool { run.isAssembled && open.isEmpty }

  /// The lines that `status` prints.
  var text: String {
    let jobs = run.array.map { ", array \($0), assembling job \(run.assembling ?? "-")" } ?? ""
    var lines = ["run \(run.identity) of \(run.name): \(run.engine.rawValue)\(jobs)"]
    var counts: [String: Int] = [:]
    for state in slurm.chunks.filter({ open.contains($0.key) }).values where state.isActive {
      counts[state.name.lowercased(), default: 0] += 1
    }
    let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    lines.append(
      (["chunks: \(run.chunks - open.count) of \(run.chunks) done"] + parts).joined(separator: ", ")
    )
    let tables =
      run.isAssembled
      ? "written"
      : slurm.assembling.map { $0.name.lowercased() } ?? (isUnderWay ? "later" : "not written")
    lines.append("tables: \(tables)")
    let held = slurm.chunks.filter { $0.value.isHeld }.keys.sorted()
    if let first = held.first, let job = run.array {
      lines.append(
        "\(counted(held.count, "chunk")) held, which wait for ever: scontrol release \(job)_\(first)"
      )
    }
    if !slurm.isThere {
      lines.append("slurm does not answer: chunks that are not done may be under way")
    }
    return lines.joined(separator: "\n")
  }

  /// The chunks that nobody computes any more and that are not done, each with its state, the end of its log and
  /// the command that computes it here.
  var failureReport: String {
    guard slurm.isThere else { return "" }
    let lost = open.filter { !(slurm.chunks[$0]?.isActive ?? isLocalRunning) }
    guard !lost.isEmpty else { return "" }
    var lines = lost.prefix(Self.reported).flatMap { chunk -> [String] in
      let state = slurm.chunks[chunk].map {
        "\($0.name)" + ($0.node.isEmpty ? "" : " on \($0.node)") + " (\($0.reason))"
      }
      return ["chunk \(chunk): not done" + (state.map { ", \($0)" } ?? "")]
        + logEnd(of: chunk).map { "  | \($0)" } + ["  here: \(run.command(of: chunk))"]
    }
    if lost.count > Self.reported { lines.append("and \(lost.count - Self.reported) more chunks") }
    lines.append("'rangelab submit' again submits what is missing")
    return lines.joined(separator: "\n")
  }

  private func logEnd(of chunk: Int) -> [String] {
    let path = "\(run.folder)/logs/\(chunk).txt"
    guard let bytes = try? readRegularFile(path, limit: 1 << 26) else { return ["no log"] }
    return String(decoding: bytes.suffix(2000), as: UTF8.self).split(separator: "\n").suffix(3)
      .map(String.init)
  }

  private static let reported = 5
}
