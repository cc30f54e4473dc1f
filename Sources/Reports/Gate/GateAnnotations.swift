package import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// A gate's findings as workflow commands, which GitHub displays at the line of the baseline.
///
/// GitHub displays ten errors of a step, so the worst nine are named and the tenth has the number
/// of the rest.
package struct GateAnnotations {
  /// The number of annotations of one kind that GitHub displays for a step.
  package static let limit = 10

  private let gate: Gate
  private let title: String
  private let baselinePath: String
  private let networksPath: String

  /// Prepares the annotations of a check; paths are relative to the repository.
  ///
  /// - Parameters:
  ///   - baselinePath: The baseline.
  ///   - networksPath: The rows of networks of the baseline.
  package init(_ gate: Gate, title: String, baselinePath: String, networksPath: String = "") {
    self.gate = gate
    self.title = title
    self.baselinePath = baselinePath
    self.networksPath = networksPath
  }

  /// One command a line; a check that passes is a notice.
  package var text: String {
    var errors = gate.violations.map { violation in
      command(
        "error", violation.law.rawValue, "\(printable("\(violation.key)")): \(violation.message)",
        row: nil)
    }
    errors += gate.findings.filter(\.state.isFailure).map { finding in
      command(
        "error", finding.state.name,
        "\(printable("\(finding.place)")): \(GateWording.details(finding))",
        row: finding.baselineRow, at: finding.place.isNetwork ? networksPath : baselinePath)
    }
    if errors.count > Self.limit {
      let rest = errors.count - (Self.limit - 1)
      errors =
        errors.prefix(Self.limit - 1) + [command("error", title, "and \(rest) more", row: nil)]
    }
    let level = gate.verdict == .passed ? "notice" : "error"
    let verdict = command(
      errors.isEmpty ? level : "notice", title,
      "\(GateWording.verdict(gate)); \(GateWording.totals(gate))", row: nil)
    return (errors + [verdict]).joined()
  }

  private func command(
    _ level: String, _ title: String, _ message: String, row: Int?, at path: String? = nil
  ) -> String {
    let line = row.map { ",line=\($0)" } ?? ""
    return
      "::\(level) file=\(Self.property(path ?? baselinePath))\(line),title=\(Self.property(title))::"
      + Self.data(message) + "\n"
  }

  /// A command ends with its line, and percent signs start an escape.
  private static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    data(printable(text)).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
