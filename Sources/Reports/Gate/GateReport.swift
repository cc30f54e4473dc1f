package import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// A gate's findings for people: as plain text or as Markdown.
package struct GateReport {
  private let gate: Gate
  private let title: String
  private let limit: Int

  /// Prepares the report.
  ///
  /// - Parameters:
  ///   - gate: What was found.
  ///   - title: What was checked.
  ///   - limit: How many cells of one state are listed.
  package init(_ gate: Gate, title: String, limit: Int = 50) {
    self.gate = gate
    self.title = title
    self.limit = limit
  }

  /// The states whose cells are named, the worst first.
  private static let named: [GateFinding.State] = [
    .notComparable, .worse, .lost, .missing, .better, .recovered, .new,
  ]

  /// For a terminal: the verdict is the last line.
  package var text: String {
    let violations = gate.violations.prefix(limit).map {
      "broken invariant: \($0.law.rawValue): \(printable("\($0.key)")): \($0.message)\n"
    }
    let rest = gate.violations.count - violations.count
    return violations.joined() + (rest > 0 ? "broken invariant: and \(rest) more\n" : "")
      + difference + GateWording.totals(gate)
      + "\n\(printable(title)): \(GateWording.verdict(gate))\n"
  }

  /// The cells that are not as before, a line each.
  package var difference: String {
    Self.named.map { state -> String in
      let findings = gate.findings(state)
      // What fails is named; of what does not, some examples are enough.
      let lines = findings.prefix(state.isFailure ? limit : min(limit, 10)).map { finding in
        let details = GateWording.details(finding)
        return "\(state.name): \(printable("\(finding.key)"))"
          + (details.isEmpty ? "" : ": \(details)") + "\n"
      }
      let rest = findings.count - lines.count
      return lines.joined() + (rest > 0 ? "\(state.name): and \(rest) more\n" : "")
    }.joined()
  }

  /// For a page: the verdict first, what changed below it.
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
          MarkdownText.code("\(finding.key)"), MarkdownText.plain(GateWording.details(finding)),
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
