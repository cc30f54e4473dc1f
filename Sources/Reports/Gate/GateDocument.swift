package import ResultAnalysis
internal import ResultRecords

/// A gate's findings as JSON: every cell that is not unchanged, at full precision.
package struct GateDocument: Encodable {
  private let verdict: String
  private let baselineCells: Int
  private let comparedCells: Int
  private let states: [Count]
  private let invariants: [Violation]
  private let cells: [Cell]

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
    cells = gate.findings.filter { $0.state != .unchanged }.map { finding in
      Cell(
        key: finding.key.without(), state: finding.state.name, reason: finding.reason,
        baselineRow: finding.baselineRow,
        changes: finding.changes.map {
          Change(
            metric: $0.metric.name, from: $0.from, to: $0.to, verdict: $0.verdict.rawValue,
            better: $0.tolerance.better.rawValue, absolute: $0.tolerance.absolute,
            relative: $0.tolerance.relative)
        })
    }
  }
}
