internal import Foundation
package import ResultRecords
internal import TensorIO

/// What a run leaves behind: records, and the files that are written from them.
package struct FinishedExperiment: Sendable {
  /// What was asked for.
  package let plan: ExperimentPlan
  /// How many cells this run computed.
  package let computed: Int
  /// How long it took.
  package let seconds: Double
  /// The record of every finished cell, sorted by key.
  package let records: [ResultRecord]
  /// The seconds of each record.
  private let times: [Double]
  private let finishedProfiles: [String: KeptProfile]

  init(
    plan: ExperimentPlan, entries: [String: CellStore.Entry], profiles: [String: KeptProfile],
    computed: Int, seconds: Double
  ) {
    self.plan = plan
    self.computed = computed
    self.seconds = seconds
    let sorted = plan.cells.compactMap { entries[$0.address] }
      .sorted { $0.record.key < $1.record.key }
    records = sorted.map(\.record)
    times = sorted.map(\.seconds)
    finishedProfiles = profiles
  }

  /// The profiles of the tensors that can be read as such, sorted by name.
  package var profiles: [TensorProfile] { keptProfiles.compactMap { try? $0.profile() } }

  private var keptProfiles: [KeptProfile] {
    plan.profileRequests.sorted { $0.tensor.name < $1.tensor.name }
      .compactMap { finishedProfiles[$0.address] }
  }

  /// How many cells of the plan are not finished.
  package var missing: Int { plan.cells.count - records.count }

  /// How many cells failed.
  package var failures: Int {
    records.count { if case .failed = $0.status { true } else { false } }
  }

  /// The files that ``write(summary:command:observe:)`` writes.
  package static let fileNames = [
    "results.csv", "profiles.json", "summary.md", "timings.csv", "provenance.json",
  ]

  /// Writes `results.csv`, and then what explains it: `summary.md`, `profiles.json`, `timings.csv` and
  /// `provenance.json`.
  ///
  /// Each file is whole or not there. None is replaced before all can be, and the table is replaced
  /// before the others are made: whoever ends the program meanwhile has it.
  ///
  /// - Parameters:
  ///   - summary: The text of `summary.md`, made when the table is there.
  ///   - command: The command line, for the provenance.
  ///   - observe: Told the name of each file when it is begun.
  /// - Throws: When a file cannot be written; those that were not written yet stay.
  package func write(
    summary: @autoclosure () -> String, command: [String], observe: (String) -> Void = { _ in }
  ) throws {
    let directory = plan.outputDirectory
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    // Where one of them cannot be replaced none is.
    var results = try AtomicFile(path: "\(directory)/results.csv")
    var looks = try AtomicFile(path: "\(directory)/profiles.json")
    var tables = try AtomicFile(path: "\(directory)/summary.md")
    var seconds = try AtomicFile(path: "\(directory)/timings.csv")
    var provenance = try AtomicFile(path: "\(directory)/provenance.json")
    observe("results.csv")
    try results.write(ResultTable.text(records))
    try results.commit()
    observe("timings.csv")
    try seconds.write(timings)
    observe("summary.md")
    try tables.write(summary())
    observe("profiles.json")
    try looks.write(TensorProfileFile.text(ofLines: keptProfiles.map(\.line)))
    observe("provenance.json")
    try provenance.write(try Provenance(self, command: command).json())
    // A full disk leaves the old ones together.
    try looks.commit()
    try tables.commit()
    try seconds.commit()
    try provenance.commit()
  }

  /// The seconds each cell would take alone, as they were when it was computed, which may have been in
  /// an earlier run: reading the statistic, choosing, and measuring.
  private var timings: String {
    let header = ResultTable.line(cells: ResultTable.keyColumns + ["seconds_alone"]) + "\n"
    return zip(records, times).reduce(into: header) { text, row in
      text += ResultTable.line(cells: ResultTable.keyCells(row.0.key) + ["\(row.1)"]) + "\n"
    }
  }
}

extension AtomicFile {
  fileprivate mutating func write(_ text: String) throws {
    try write(Array(text.utf8).span.bytes)
  }
}
