package import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// A gate's findings as plain text or as Markdown.
package struct GateReport {
  private let gate: Gate
  private let title: String
  private let limit: Int

  /// Prepares the report.
  ///
  /// - Parameters:
  /// - gate: The gate.
  /// - title: The name of what was checked.
  /// - limit: The greatest number of listed cells of one state.
  package init(_ gate: Gate, title: String, limit: Int = 50) {
    self.gate = gate
    self.title = title
    self.limit = limit
  }

  /// The states whose cells are listed, the worst first.
  private static let named: [GateFinding.State] = [
    .notComparable, .worse, .lost, .missing, .better, .recovered, .new,
  ]

  /// The report for a terminal, with the verdict in the last line.
  package var text: String {
    let violations = gate.violations.prefix(limit).map {
      "broken invariant: \($0.law.rawValue): \(printable("\($0.key)")): \($0.message)\n"
    }
    let rest = gate.violations.count - violations.count
    return violations.joined() + (rest > 0 ? "broken invariant: and \(rest) more\n" : "")
      + difference + GateWording.totals(gate)
      + "\n\(printable(title)): \(GateWording.verdict(gate))\n"
  }

  /// The cells that differ from the baseline, a line each.
  package var difference: String {
    Self.named.map { state -> String in
      let findings = gate.findings(state)
      // Failures are listed up to the limit; of other changes some examples are enough.
      let lines = findings.prefix(state.isFailure ? limit : min(limit, 10)).map { finding in
        let details = GateWording.details(finding)
        return "\(state.name): \(printable("\(finding.place)"))"
          + (details.isEmpty ? "" : ": \(details)") + "\n"
      }
      let rest = findings.count - lines.count
      return lines.joined() + (rest > 0 ? "\(state.name): and \(rest) more\n" : "")
    }.joined()
  }

  /// The report in Markdown, with the verdict first.
  package var markdown: String {
    let mark = gate.verdict == .passed ? "✅" : "❌"
    var parts = [
      "## \(mark) \(MarkdownText.plain(title))\n\n\(GateWording.verdict(gate)). \(GateWording.totals(gate)).\n"
    ]
    if !gate.violations.isEmpty {
      var table = MarkdownTable(["broken invariant", "cell", "numbers"], leftColumns: 3)
      for violation in gate.violations.prefix(limit) {
        table.add([
          violation.law.rawValue, MarkdownText.code("\(violation.key)"), violation.message,
        ])
      }
      parts.append(table.text + more(gate.violations.count))
    }
    for state in Self.named {
      let findings = gate.findings(state)
      guard !findings.isEmpty else { continue }
      var table = MarkdownTable(["\(state.name) (\(findings.count))", "what"], leftColumns: 2)
      for finding in findings.prefix(limit) {
        table.add([
          MarkdownText.code("\(finding.place)"), MarkdownText.plain(GateWording.details(finding)),
        ])
      }
      parts.append(table.text + more(findings.count))
    }
    return parts.joined(separator: "\n")
  }

  private func more(_ count: Int) -> String {
    count > limit ? "\n… and \(count - limit) more.\n" : ""
  }
}
