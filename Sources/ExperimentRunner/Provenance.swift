internal import Foundation
internal import Processes
internal import QuantizationCore
internal import QuantizationKernels

/// The origin of results: the circumstances of a run that its numbers do not contain.
struct Provenance: Encodable {
  private let tool: String
  private let commit: String?
  private let command: [String]
  private let manifest: String
  private let seed: UInt64
  private let inputs: InputEntries
  private let cells: Int
  private let computed: Int
  private let seconds: Double
  private let finishedAt: String
  private let machine: Machine

  private struct Machine: Encodable {
    let system: String
    let processor: String
    let cores: Int
    let kernelPath: String
  }

  init(_ experiment: FinishedExperiment, command: [String]) {
    tool = "rangelab \(ToolVersion.current)"
    commit = Self.commit(at: experiment.plan.manifest.directory)
    self.command = command
    manifest = experiment.plan.manifest.name
    seed = experiment.plan.manifest.seed
    inputs = InputEntries(experiment.plan.inputHashes)
    cells = experiment.plan.cells.count
    computed = experiment.computed
    seconds = experiment.seconds
    finishedAt = Date.now.formatted(.iso8601)
    machine = Machine(
      system: ProcessInfo.processInfo.operatingSystemVersionString,
      processor: Processor.name, cores: ProcessInfo.processInfo.activeProcessorCount,
      kernelPath: KernelPath.best.description)
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try inputs.filled(into: String(decoding: encoder.encode(self), as: UTF8.self)) + "\n"
  }

  /// The checked-out commit, if the manifest is in a repository and git is installed.
  private static func commit(at directory: String) -> String? {
    let output = ChildProcess.output(of: ["git", "rev-parse", "HEAD"], in: directory)
    let text = output.map { String(decoding: $0, as: UTF8.self) }?
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }
}
