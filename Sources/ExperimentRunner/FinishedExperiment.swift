internal import Foundation
public import ResultRecords
internal import TensorIO

/// What a run leaves behind: records, and the files that are written from them.
public struct FinishedExperiment: Sendable {
  /// What was asked for.
  public let plan: ExperimentPlan
  /// How many cells this run computed.
  public let computed: Int
  /// How long it took.
  public let seconds: Double
  private let entries: [String: CellStore.Entry]
  private let finishedProfiles: [String: TensorProfile]

  init(
    plan: ExperimentPlan, entries: [String: CellStore.Entry], profiles: [String: TensorProfile],
    computed: Int, seconds: Double
  ) {
    self.plan = plan
    self.entries = entries
    finishedProfiles = profiles
    self.computed = computed
    self.seconds = seconds
  }

  /// The records of every finished cell, sorted by key.
  public var records: [ResultRecord] {
    plan.cells.compactMap { entries[$0.address]?.record }.sorted { $0.key < $1.key }
  }

  /// The profiles of the tensors, sorted by name.
  public var profiles: [TensorProfile] {
    plan.profileRequests.compactMap { finishedProfiles[$0.address] }
      .sorted { $0.tensor < $1.tensor }
  }

  /// How many cells of the plan are not finished.
  public var missing: Int { plan.cells.count - records.count }

  /// How many cells failed.
  public var failures: Int {
    records.count { if case .failed = $0.status { true } else { false } }
  }

  /// The files that ``write(summary:command:)`` writes.
  public static let fileNames = [
    "results.csv", "profiles.json", "summary.md", "timings.csv", "provenance.json",
  ]

  /// Writes `results.csv`, `profiles.json`, `summary.md`, `timings.csv` and `provenance.json`.
  ///
  /// Each file is whole or not there, and none is replaced before all are written.
  ///
  /// - Parameters:
  ///   - summary: The text of `summary.md`.
  ///   - command: The command line, for the provenance.
  /// - Throws: When a file cannot be written; what was there before stays.
  public func write(summary: String, command: [String]) throws {
    let directory = plan.outputDirectory
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    // No file takes its name before all are written: a full disk leaves the old ones together.
    let results = try staged(ResultTable.text(records), at: "\(directory)/results.csv")
    let looks = try staged(
      try TensorProfileFile.text(profiles), at: "\(directory)/profiles.json")
    let tables = try staged(summary, at: "\(directory)/summary.md")
    let seconds = try staged(timings, at: "\(directory)/timings.csv")
    let provenance = try staged(
      try Provenance(self, command: command).json(), at: "\(directory)/provenance.json")
    try results.commit()
    try looks.commit()
    try tables.commit()
    try seconds.commit()
    try provenance.commit()
  }

  private func staged(_ text: String, at path: String) throws -> AtomicFile {
    var file = try AtomicFile(path: path)
    try file.write(Array(text.utf8).span.bytes)
    return file
  }

  /// The seconds each cell would take alone, as they were when it was computed, which may have been in
  /// an earlier run: reading the statistic, choosing, and measuring.
  private var timings: String {
    let finished = plan.cells.compactMap { entries[$0.address] }
      .sorted { $0.record.key < $1.record.key }
    let rows = finished.map { ResultTable.keyCells($0.record.key) + ["\($0.seconds)"] }
    return ([ResultTable.keyColumns + ["seconds_alone"]] + rows)
      .map { ResultTable.line(cells: $0) + "\n" }.joined()
  }
}
