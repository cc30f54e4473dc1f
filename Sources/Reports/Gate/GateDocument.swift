package import ResultAnalysis
internal import ResultRecords

/// A gate's findings as JSON: every cell and row of networks that is not unchanged, at full precision.
package struct GateDocument: Encodable {
  private let verdict: String
  private let baselineCells: Int
  private let comparedCells: Int
  private let states: [Count]
  private let invariants: [Violation]
  private let cells: [Cell]
  /// Nothing where neither side has rows of networks.
  private let networks: Networks?

  private struct Networks: Encodable {
    let baselineRows: Int
    let comparedRows: Int
    let rows: [Row]
  }

  private struct Row: Encodable {
    let key: NetworkRecord.Key
    let state: String
    let reason: String
    let baselineRow: Int?
    let changes: [Change]
  }

  private struct Count: Encodable {
    let state: String
    let cells: Int
  }

  private struct Violation: Encodable {
    let law: String
    let key: PartialKey
    let message: String
  }

  private struct Cell: Encodable {
    let key: PartialKey
    let state: String
    let reason: String
    let baselineRow: Int?
    let changes: [Change]
  }

  private struct Change: Encodable {
    let metric: String
    let from: Double
    let to: Double
    let verdict: String
    let better: String
    let absolute: Double
    let relative: Double
  }

  /// Prepares the document.
  package init(_ gate: Gate) {
    verdict = gate.verdict.rawValue
    baselineCells = gate.baselineCount
    comparedCells = gate.comparedCount
    states = GateFinding.State.allCases.map {
      Count(state: $0.name, cells: gate.findings($0).count)
    }
    invariants = gate.violations.map {
      Violation(law: $0.law.rawValue, key: $0.key.without(), message: $0.message)
    }
    let named = gate.findings.filter { $0.state != .unchanged }
    cells = named.compactMap { finding in
      guard case .cell(let key) = finding.place else { return nil }
      return Cell(
        key: key.without(), state: finding.state.name, reason: finding.reason,
        baselineRow: finding.baselineRow, changes: finding.changes.map(Self.change))
    }
    let rows = named.compactMap { finding -> Row? in
      guard case .network(let key) = finding.place else { return nil }
      return Row(
        key: key, state: finding.state.name, reason: finding.reason,
        baselineRow: finding.baselineRow, changes: finding.changes.map(Self.change))
    }
    networks =
      gate.hasNetworks
      ? Networks(
        baselineRows: gate.baselineNetworkCount, comparedRows: gate.comparedNetworkCount,
        rows: rows) : nil
  }

  private static func change(_ change: GateFinding.MetricChange) -> Change {
    Change(
      metric: change.name, from: change.from, to: change.to, verdict: change.verdict.rawValue,
      better: change.tolerance.better.rawValue, absolute: change.tolerance.absolute,
      relative: change.tolerance.relative)
  }
}
