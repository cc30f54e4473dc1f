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

  /// The path of the rows of networks of the baseline, which may have none.
  var networksPath: String { NetworksInput.path(beside: ResultsInput.path(path)) }

  /// The path of the rows of networks of the proposal.
  var proposedNetworksPath: String { networksPath + ".new" }

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

  /// Writes results and their rows of networks as a proposal.
  func propose(_ results: ResultsInput, _ networks: NetworksInput) throws {
    try writeAtomically(results.text, to: proposalPath)
    if networks.exists {
      try writeAtomically(networks.text, to: proposedNetworksPath)
    } else {
      try Self.remove(proposedNetworksPath)
    }
  }

  /// Replaces the baseline by the proposal and appends the reason to the file of reasons.
  ///
  /// A proposal without rows of networks leaves a baseline without them.
  func accept(
    _ proposal: ResultsInput, _ networks: NetworksInput, summary: String, reason: String
  ) throws {
    let heading = "# Why each baseline is what it is\n\nWritten by `rangelab baseline accept`.\n\n"
    let before =
      FileManager.default.fileExists(atPath: reasonsPath)
      ? try readRegularFile(reasonsPath, limit: Self.maximumReasonBytes) : Array(heading.utf8)
    var baseline = try AtomicFile(path: path)
    try baseline.write(Array(proposal.text.utf8).span.bytes)
    var rows = try networks.exists ? AtomicFile(path: networksPath) : nil
    try rows?.write(Array(networks.text.utf8).span.bytes)
    var reasons = try AtomicFile(path: reasonsPath)
    let line = "- `\(name)`: \(summary). \(reason)\n"
    try reasons.write((before + Array(line.utf8)).span.bytes)
    try baseline.commit()
    if networks.exists { try rows?.commit() } else { try Self.remove(networksPath) }
    try reasons.commit()
    try FileManager.default.removeItem(atPath: proposalPath)
    try Self.remove(proposedNetworksPath)
  }

  private static func remove(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try FileManager.default.removeItem(atPath: path)
  }

  /// The complete difference between two sets of rows, without tolerances.
  static func difference(
    _ new: [ResultRecord], from old: [ResultRecord], networks: GateNetworks
  ) -> Gate {
    let exact = Dictionary(
      uniqueKeysWithValues: Metric.allCases.map { ($0, Tolerance(better: $0.facts.better)) })
    let rows = Dictionary(
      uniqueKeysWithValues: NetworkMetric.allCases.map { ($0, Tolerance(better: $0.better)) })
    return Gate(
      new, baseline: old, networks: networks,
      policy: GatePolicy(metrics: exact, networks: rows))
  }

  /// The number of cells, and of rows of networks, in each state, in words.
  static func summary(_ difference: Gate) -> String {
    func count(_ state: GateFinding.State) -> Int { difference.findings(state).count }
    let changed = count(.worse) + count(.better) + count(.lost) + count(.recovered)
    let (noun, plural) =
      difference.hasNetworks
      ? ("cell or row of networks", "cells and rows of networks")
      : ("cell", "cells")
    return
      "\(counted(changed + count(.notComparable), noun, plural)) changed (\(count(.worse)) with a worse number), "
      + "\(count(.new)) new, \(count(.missing)) gone, \(count(.unchanged)) as before"
  }
}
