internal import Foundation
internal import Processes
internal import TensorIO

/// Slurm, by its commands.
///
/// They are `sbatch`, `squeue`, `scancel` and `scontrol`; no accounting database is asked.
package struct SlurmEngine: Sendable {
  /// A job, or a task of an array, as `squeue` shows it.
  package struct State: Sendable {
    /// `RUNNING`, `PENDING`, `FAILED` and the like.
    package let name: String
    /// The node; empty before there is one.
    package let node: String
    /// Why it waits or has failed.
    package let reason: String

    /// Whether it may still run.
    package var isActive: Bool {
      [
        "PENDING", "RUNNING", "SUSPENDED", "CONFIGURING", "COMPLETING", "REQUEUED", "RESIZING",
        "SIGNALING", "STAGE_OUT", "STOPPED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT",
        "RESV_DEL_HOLD",
      ].contains(name)
    }

    /// Whether it waits until somebody lets it go.
    package var isHeld: Bool {
      isActive && (reason.localizedCaseInsensitiveContains("held") || name.hasSuffix("HOLD"))
    }
  }

  /// A command of Slurm that failed.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package init() {}

  /// The most tasks that an array may have here.
  ///
  /// - Throws: ``Failure`` if the cluster does not answer.
  package func mostTasks() throws -> Int {
    let values = try Self.run(["scontrol", "show", "config"]).split(separator: "\n")
      .reduce(into: [String: Int]()) { values, line in
        let parts = line.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 2, let number = Int(parts[1]) { values[parts[0]] = number }
      }
    // Indices are less than MaxArraySize. Each task is a job, and others have jobs too.
    return max(1, min(values["MaxArraySize"] ?? 1001, (values["MaxJobCount"] ?? 10_000) / 2))
  }

  /// Submits the array of chunks, and the job that assembles after it.
  ///
  /// - Parameter options: Options of `sbatch` for both.
  /// - Returns: The run with its jobs.
  /// - Throws: ``Failure`` with what `sbatch` says; if the second job cannot be submitted, the first is cancelled.
  package func submit(_ run: SubmittedRun, options: [String]) throws -> SubmittedRun {
    func logs(_ name: String) -> String {
      "--output=" + run.folder.replacing("%", with: "%%") + "/logs/" + name
    }
    let job = ["sbatch", "--parsable", "--chdir=\(run.output)"]
    var submitted = run
    let array = try Self.identity(
      job + [
        "--job-name=\(run.name)", "--requeue", "--open-mode=append", logs("%a.txt"),
        "--array=0-\(run.chunks - 1)%\(run.workers)",
      ] + options + [run.folder + "/task.sh"])
    submitted.array = array
    do {
      // `afterok` would never let it start once a task has failed.
      submitted.assembling = try Self.identity(
        job + [
          "--job-name=\(run.name)-assemble", "--requeue", "--open-mode=append",
          logs("assemble.txt"), "--dependency=afterany:\(array)",
        ] + options + [run.folder + "/assemble.sh"])
    } catch {
      _ = try? Self.run(["scancel", array])
      throw error
    }
    return submitted
  }

  /// What Slurm says of a run.
  package struct Answer: Sendable {
    /// The states of the tasks by chunk; without those that Slurm does not know any more.
    package var chunks: [Int: State] = [:]
    /// The state of the assembling job.
    package var assembling: State?
    /// Whether Slurm has answered at all; if not, tasks may be under way all the same.
    package var isThere = true

    /// Creates the answer for a run without jobs.
    package init() {}
  }

  /// The states of the jobs of a run.
  package func states(of run: SubmittedRun) -> Answer {
    var answer = Answer()
    for job in [run.array, run.assembling].compactMap(\.self) {
      let command = ["squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%K|%T|%N|%r"]
      let text: String
      do {
        text = try Self.run(command)
      } catch {
        // Slurm forgets finished jobs after some minutes.
        if !"\(error)".localizedCaseInsensitiveContains("invalid job id") { answer.isThere = false }
        continue
      }
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 else { continue }
        let state = State(name: parts[1], node: parts[2], reason: parts[3])
        if job == run.array, let chunk = Int(parts[0]) {
          answer.chunks[chunk] = state
        } else if job == run.assembling {
          answer.assembling = state
        }
      }
    }
    return answer
  }

  /// Cancels both jobs, the assembling one first, so that it does not start.
  ///
  /// - Throws: ``Failure``.
  package func cancel(_ run: SubmittedRun) throws {
    for job in [run.assembling, run.array].compactMap(\.self) {
      _ = try Self.run(["scancel", job])
    }
  }

  private static func identity(_ command: [String]) throws -> String {
    // `ID;CLUSTER` where there are several clusters.
    let text = try run(command).prefix { $0 != ";" && $0 != "\n" }
    guard !text.isEmpty, text.allSatisfy(\.isNumber) else {
      throw Failure(description: "sbatch answered '\(text)'; expected the number of a job")
    }
    return String(text)
  }

  private static func run(_ command: [String]) throws -> String {
    let child: ChildProcess
    do {
      child = try ChildProcess(command, in: ".")
    } catch {
      throw Failure(description: "\(command[0]): \(error)")
    }
    let end = child.readToEnd()
    guard end == .exit(0) else {
      let reason = String(decoding: child.messages.bytes, as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      throw Failure(
        description: end == .exit(127)
          ? "\(command[0]) is not there; expected a machine that submits to Slurm"
          : "\(command[0]): \(reason.isEmpty ? "failed" : reason)")
    }
    return String(decoding: child.output.bytes, as: UTF8.self)
  }
}
