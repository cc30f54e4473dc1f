internal import Foundation
internal import Processes
internal import Synchronization

/// Runs the chunks of a run on this machine, a process for each, by the script that a cluster runs.
package struct LocalEngine: Sendable {
  private let run: SubmittedRun

  package init(_ run: SubmittedRun) { self.run = run }

  /// Runs the chunks in their order, as many at once as there are workers, then assembles.
  ///
  /// Until it returns, the run counts as under way (``isUnderWay``).
  ///
  /// - Parameters:
  ///   - jobs: The threads of each chunk.
  ///   - observe: Called with the number of chunks done, one call at a time.
  /// - Returns: The exit code of assembling; nil if the run was cancelled.
  /// - Throws: The error of starting a process.
  package func work(jobs: Int, observe: @escaping @Sendable (Int) -> Void) throws -> Int32? {
    let descriptor = open(run.folder + "/run.json", O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    _ = flock(descriptor, LOCK_EX)
    let next = Mutex(0)
    let done = Mutex(0)
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: run.workers) { _ in
      while !isCancelled, failure.withLock({ $0 == nil }) {
        let chunk = next.withLock {
          $0 += 1
          return $0 - 1
        }
        guard chunk < run.chunks else { return }
        do {
          _ = try script("task.sh \(chunk) \(jobs)", log: "\(chunk)")
          done.withLock {
            $0 += 1
            observe($0)
          }
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    guard !isCancelled else { return nil }
    // Files of this machine are seen at once.
    return try script("assemble.sh", log: "assemble", settle: 0)
  }

  /// Whether a process works on the run.
  package var isUnderWay: Bool {
    let descriptor = open(run.folder + "/run.json", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Lets no further chunk start; those that run end by themselves.
  ///
  /// - Throws: The error of writing the note.
  package func cancel() throws { try Data().write(to: URL(filePath: run.folder + "/cancelled")) }

  private var isCancelled: Bool {
    FileManager.default.fileExists(atPath: run.folder + "/cancelled")
  }

  private func script(_ words: String, log: String, settle: Int? = nil) throws -> Int32 {
    let folder = shellQuoted(run.folder)
    let setting = settle.map { "RANGELAB_SETTLE=\($0) " } ?? ""
    let line = "\(setting)exec bash \(folder)/\(words) >> \(folder)/logs/\(log).txt 2>&1"
    // The number of a task of a batch job around this one is not ours.
    let child = try ChildProcess(
      ["env", "-u", "SLURM_ARRAY_TASK_ID", "-u", "SLURM_CPUS_PER_TASK", "bash", "-c", line],
      in: run.output)
    switch child.readToEnd() {
    case .exit(let code): return code
    case .signal(let code): return 128 + code
    }
  }
}
