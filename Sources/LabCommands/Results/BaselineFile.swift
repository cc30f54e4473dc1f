internal import Foundation
internal import Reports
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// A baseline and the proposal in the same folder.
struct BaselineFile {
  private static let maximumReasonBytes = 1 << 26

  /// The path of the baseline.
  let path: String

  /// The path of the proposal.
  var proposalPath: String { path + ".new" }

  /// The path of the file of reasons, with one line for each accepted baseline.
  var reasonsPath: String { folder + "REASONS.md" }

  /// The path of the policy in the same folder, if there is one.
  var policyPath: String? {
    let path = folder + "gate.yaml"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The name of the file without its folder.
  var name: String { URL(filePath: path).lastPathComponent }

  private var folder: String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The rows of the baseline; nil if there is no file.
  ///
  /// - Throws: The errors of reading results.
  func records() throws -> [ResultRecord]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try ResultsInput(path).file.records
  }

  /// Writes results as a proposal.
  func propose(_ results: ResultsInput) throws {
    try writeAtomically(results.text, to: proposalPath)
  }

  /// Replaces the baseline by the proposal and appends the reason to the file of reasons.
  func accept(_ proposal: ResultsInput, summary: String, reason: String) throws {
    let heading = "# Why each baseline is what it is\n\nWritten by `rangelab baseline accept`.\n\n"
    let before =
      FileManager.default.fileExists(atPath: reasonsPath)
      ? try readRegularFile(reasonsPath, limit: Self.maximumReasonBytes) : Array(heading.utf8)
    var baseline = try AtomicFile(path: path)
    try baseline.write(Array(proposal.text.utf8).span.bytes)
    var reasons = try AtomicFile(path: reasonsPath)
    let line = "- `\(name)`: \(summary). \(reason)\n"
    try reasons.write((before + Array(line.utf8)).span.bytes)
    try baseline.commit()
    try reasons.commit()
    try FileManager.default.removeItem(atPath: proposalPath)
  }

  /// The complete difference between two sets of rows, without tolerances.
  static func difference(_ new: [ResultRecord], from old: [ResultRecord]) -> Gate {
    let exact = Dictionary(
      uniqueKeysWithValues: Metric.allCases.map { ($0, Tolerance(better: $0.facts.better)) })
    return Gate(new, baseline: old, policy: GatePolicy(metrics: exact))
  }

  /// The number of cells in each state, in words.
  static func summary(_ difference: Gate) -> String {
    func count(_ state: GateFinding.State) -> Int { difference.findings(state).count }
    let changed = count(.worse) + count(.better) + count(.lost) + count(.recovered)
    return
      "\(counted(changed + count(.notComparable), "cell")) changed (\(count(.worse)) with a worse number), "
      + "\(count(.new)) new, \(count(.missing)) gone, \(count(.unchanged)) as before"
  }
}
