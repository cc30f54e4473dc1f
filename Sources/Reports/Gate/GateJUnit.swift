internal import Figures
package import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// A gate's findings as JUnit XML, which test dashboards read.
///
/// There is a suite for each estimator with a case for each cell, one suite for rows of networks, if
/// there are some, and one for the invariants.
/// Worse cells are failures; cells that are missing, lost or not comparable are errors; cells
/// without a counterpart or without results are skipped. All times are 0.
package struct GateJUnit {
  private let gate: Gate
  private let name: String

  /// Prepares the document; `name` is the name of what was checked.
  package init(_ gate: Gate, name: String) {
    self.gate = gate
    self.name = name
  }

  /// The document, with a newline at the end.
  package var xml: String {
    var byEstimator: [ExactName: [GateFinding]] = [:]
    var networks: [GateFinding] = []
    for finding in gate.findings.sorted(by: { $0.place < $1.place }) {
      switch finding.place {
      case .cell(let key): byEstimator[key.estimatorName, default: []].append(finding)
      case .network: networks.append(finding)
      }
    }
    var suites = byEstimator.keys.sorted().map { estimator in
      Suite(
        name: printable(estimator.text), cases: (byEstimator[estimator] ?? []).map(Self.result))
    }
    if !networks.isEmpty {
      suites.append(Suite(name: "networks", cases: networks.map(Self.result)))
    }
    suites.append(invariants)
    // Without this case, a comparison without cells would look like a success.
    suites.append(
      Suite(
        name: "gate",
        cases: [
          Case(
            name: "the baseline was compared",
            outcome: !gate.isEmpty
              ? .passed : .error("nothing was compared", GateWording.verdict(gate)))
        ]))
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites\(XMLText.attributes([
        "name": printable(name), "tests": "\(suites.total(\.cases.count))",
        "failures": "\(suites.total(\.failures))", "errors": "\(suites.total(\.errors))",
        "skipped": "\(suites.total(\.skipped))", "time": "0",
      ]))>
      \(suites.map(\.xml).joined())</testsuites>

      """
  }

  private static func result(_ finding: GateFinding) -> Case {
    let details = GateWording.details(finding)
    let outcome: Outcome =
      switch finding.state {
      case .worse: .failure("worse than the baseline", details)
      case .notComparable, .lost, .missing: .error(finding.state.name, details)
      case .new: .skipped("not in the baseline")
      case .unchanged where finding.comparedMetrics == 0: .skipped(printable(finding.reason))
      case .better, .recovered, .unchanged: .passed
      }
    return Case(name: printable("\(finding.place)"), outcome: outcome)
  }

  private var invariants: Suite {
    let byLaw = Dictionary(grouping: gate.violations, by: \.law)
    return Suite(
      name: "invariants",
      cases: InvariantViolation.Law.allCases.map { law in
        let broken = byLaw[law] ?? []
        let lines = broken.map { "\(printable("\($0.key)")): \($0.message)" }.joined(
          separator: "\n")
        return Case(
          name: law.rawValue,
          outcome: broken.isEmpty
            ? .passed : .failure("\(counted(broken.count, "cell breaks", "cells break")) it", lines)
        )
      })
  }
}

private enum Outcome {
  case passed
  case failure(String, String)
  case error(String, String)
  case skipped(String)
}

private struct Case {
  let name: String
  let outcome: Outcome

  func xml(suite: String) -> String {
    let start =
      "  <testcase"
      + XMLText.attributes(["classname": suite, "name": name, "time": "0"])
    func element(_ tag: String, _ message: String, _ text: String) -> String {
      "\(start)>\n    <\(tag)\(XMLText.attributes(["message": message, "type": tag]))>"
        + "\(XMLText.escaped(text))</\(tag)>\n  </testcase>\n"
    }
    switch outcome {
    case .passed: return start + "/>\n"
    case .failure(let message, let text): return element("failure", message, text)
    case .error(let message, let text): return element("error", message, text)
    case .skipped(let message):
      return "\(start)>\n    <skipped\(XMLText.attributes(["message": message]))/>\n  </testcase>\n"
    }
  }
}

private struct Suite {
  let name: String
  let cases: [Case]

  var failures: Int { cases.count { if case .failure = $0.outcome { true } else { false } } }
  var errors: Int { cases.count { if case .error = $0.outcome { true } else { false } } }
  var skipped: Int { cases.count { if case .skipped = $0.outcome { true } else { false } } }

  var xml: String {
    let attributes = XMLText.attributes([
      "name": name, "tests": "\(cases.count)", "failures": "\(failures)", "errors": "\(errors)",
      "skipped": "\(skipped)", "time": "0",
    ])
    return " <testsuite\(attributes)>\n" + cases.map { $0.xml(suite: name) }.joined()
      + " </testsuite>\n"
  }
}

extension [Suite] {
  fileprivate func total(_ count: (Suite) -> Int) -> Int { reduce(0) { $0 + count($1) } }
}
