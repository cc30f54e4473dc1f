internal import Foundation
package import ResultRecords
internal import ScientificMath
internal import TensorIO

/// The result of a run: its records, and the files that it writes from them.
package struct FinishedExperiment: Sendable {
  /// The plan of the run.
  package let plan: ExperimentPlan
  /// The number of cells that this run computed.
  package let computed: Int
  /// The seconds that the run took.
  package let seconds: Double
  /// The record of every finished cell, sorted by key.
  package let records: [ResultRecord]
  /// The seconds of each record, in the order of ``records``.
  private let times: [Double]
  /// A row for each network and each way to quantize it, in the order of the manifest.
  package let networks: [NetworkRecord]
  /// The number of rows of networks that this run judged.
  package let judged: Int
  private let finishedProfiles: [String: KeptProfile]

  init(
    plan: ExperimentPlan, entries: [String: StoredResults.Entry],
    networks: (rows: [NetworkRecord], judged: Int),
    profiles: [String: KeptProfile], computed: Int, seconds: Double
  ) {
    self.plan = plan
    (self.networks, judged) = networks
    self.computed = computed
    self.seconds = seconds
    let sorted = plan.cells.compactMap { entries[$0.address] }
      .sorted { $0.record.key < $1.record.key }
    records = sorted.map(\.record)
    times = sorted.map(\.seconds)
    finishedProfiles = profiles
  }

  /// The profiles of the tensors, sorted by name; without those that cannot be parsed.
  package var profiles: [TensorProfile] { keptProfiles.compactMap { try? $0.profile() } }

  private var keptProfiles: [KeptProfile] {
    plan.profileRequests.sorted { $0.tensor.name < $1.tensor.name }
      .compactMap { finishedProfiles[$0.address] }
  }

  /// The number of cells of the plan that are not finished.
  package var missing: Int { plan.cells.count - records.count }

  /// The number of ways to quantize a network that are not judged.
  package var missingNetworks: Int { plan.networkWays.count - networks.count }

  /// The number of cells that failed.
  package var failures: Int {
    records.count { if case .failed = $0.status { true } else { false } }
  }

  /// The files that ``write(summary:command:observe:)`` writes.
  package static let fileNames = [
    "results.csv", "networks.csv", "profiles.json", "summary.md", "timings.csv", "provenance.json",
  ]

  /// Writes `results.csv`, then the files that explain it: `summary.md`, `profiles.json`, `timings.csv`
  /// and `provenance.json`.
  ///
  /// Each file is replaced as a whole, and only after temporary files for all of them could be created.
  /// The table is replaced first, so it is there even if the program is stopped before the others.
  ///
  /// - Parameters:
  ///   - summary: The text of `summary.md`, formed after the table is written.
  ///   - command: The command line, for the provenance.
  ///   - observe: Receives the name of each file before it is written.
  /// - Throws: If a file cannot be written; files that were not written yet keep their old content.
  package func write(
    summary: @autoclosure () -> String, command: [String], observe: (String) -> Void = { _ in }
  ) throws {
    let directory = plan.outputDirectory
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    // All temporary files are created first: if one cannot be, no file is replaced.
    var resultsFile = try AtomicFile(path: "\(directory)/results.csv")
    var profilesFile = try AtomicFile(path: "\(directory)/profiles.json")
    var summaryFile = try AtomicFile(path: "\(directory)/summary.md")
    var timingsFile = try AtomicFile(path: "\(directory)/timings.csv")
    var provenanceFile = try AtomicFile(path: "\(directory)/provenance.json")
    observe("results.csv")
    try resultsFile.write { write throws(TensorFileError) in
      try ResultTable.write(records, to: write)
    }
    try resultsFile.commit()
    if !networks.isEmpty {
      observe("networks.csv")
      try writeAtomically(
        NetworkTable.text(networks) { WilsonInterval.of($0, in: $1) },
        to: "\(directory)/networks.csv")
    } else if FileManager.default.fileExists(atPath: "\(directory)/networks.csv") {
      // The networks of another run do not belong to these results.
      try FileManager.default.removeItem(atPath: "\(directory)/networks.csv")
    }
    observe("timings.csv")
    try timingsFile.write(writeTimings)
    observe("summary.md")
    let text = summary()
    try summaryFile.write { write throws(TensorFileError) in try write(text) }
    observe("profiles.json")
    try profilesFile.write { write throws(TensorFileError) in
      try TensorProfileFile.write(lines: keptProfiles.lazy.map(\.line), to: write)
    }
    observe("provenance.json")
    let provenance = try Provenance(self, command: command).json()
    try provenanceFile.write { write throws(TensorFileError) in try write(provenance) }
    // Committed together, so that a full disk leaves all four old files.
    try profilesFile.commit()
    try summaryFile.commit()
    try timingsFile.commit()
    try provenanceFile.commit()
  }

  /// Writes `timings.csv`: the seconds that each cell would take alone.
  ///
  /// They include its statistic, the choice of ranges and the measurement, and were taken when the
  /// cell was computed, maybe in an earlier run.
  private func writeTimings(_ write: TextSink) throws(TensorFileError) {
    try write(ResultTable.line(cells: ResultTable.keyColumns + ["seconds_alone"]) + "\n")
    for (record, time) in zip(records, times) {
      try write(ResultTable.line(cells: ResultTable.keyCells(record.key) + ["\(time)"]) + "\n")
    }
  }
}

/// Takes the next part of the text of a file.
private typealias TextSink = (String) throws(TensorFileError) -> Void

extension AtomicFile {
  /// Writes what a function hands on, in blocks, so that the text is never in memory as a whole.
  fileprivate mutating func write(
    _ produce: (TextSink) throws(TensorFileError) -> Void
  ) throws(TensorFileError) {
    var block: [UInt8] = []
    try produce { text throws(TensorFileError) in
      block += text.utf8
      guard block.count >= 1 << 20 else { return }
      try write(block.span.bytes)
      block.removeAll(keepingCapacity: true)
    }
    try write(block.span.bytes)
  }
}
