internal import Foundation
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The findings of a gate in words, for all text formats.
enum GateWording {
  /// The verdict in a sentence.
  static func verdict(_ gate: Gate) -> String {
    let without = gate.findings(.unchanged).count { $0.comparedMetrics == 0 }
    let networks =
      gate.hasNetworks
      ? " and \(gate.comparedNetworkCount) of \(counted(gate.baselineNetworkCount, "row")) of networks"
      : ""
    let compared =
      "compared \(gate.comparedCount) of \(counted(gate.baselineCount, "cell"))\(networks) "
      + "of the baseline"
      + (without > 0 ? " (\(counted(without, "has", "have")) no result in either)" : "")
    switch gate.verdict {
    case .passed: return "passed: \(compared)"
    case .regression: return "failed, regression: \(compared)"
    case .incomplete: return "failed, incomplete: \(compared)"
    case .notComparable:
      let nothing = gate.isEmpty ? "nothing was compared; " : ""
      return "failed, not comparable: \(nothing)\(compared)"
    }
  }

  /// The number of cells and rows of networks in each state, the worst first; states without cells are omitted.
  static func counts(_ gate: Gate) -> [(state: GateFinding.State, count: Int)] {
    GateFinding.State.allCases.map { ($0, gate.findings($0).count) }.filter { $0.1 > 0 }
  }

  /// The counts in one line, including invariants.
  static func totals(_ gate: Gate) -> String {
    let counts = counts(gate).map { "\($0.count) \($0.state.name)" }
    return ([counted(gate.violations.count, "broken invariant")] + counts).joined(separator: ", ")
  }

  /// The changes of a cell's metrics, or the reason why there are none.
  static func details(_ finding: GateFinding) -> String {
    let changes = finding.changes.filter { $0.verdict != .within }.map(change)
    return (changes + [printable(finding.reason)]).filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// `mse 0.1 -> 0.2 (+100 %), worse`, or `sqnr_db 20 -> 17 (-3), worse`.
  private static func change(_ change: GateFinding.MetricChange) -> String {
    let share = change.isRelative ? change.relative : nil
    let difference = change.to - change.from
    let size: String =
      if let share {
        String(format: " (%+.3g %%)", 100 * share)
      } else {
        difference.isFinite ? String(format: " (%+.3g)", difference) : ""
      }
    return "\(change.name) \(number(change.from)) -> \(number(change.to))\(size), "
      + change.verdict.rawValue
  }

  private static func number(_ value: Double) -> String { String(format: "%.8g", value) }
}
