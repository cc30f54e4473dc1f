package import ResultRecords

/// The comparison of results with a baseline, and the check of laws that always hold.
package struct Gate: Sendable {
  /// The verdict of a gate.
  package enum Verdict: String, Sendable {
    /// Nothing is worse and nothing is missing.
    case passed
    /// A metric is worse, or an invariant is broken.
    case regression
    /// Cells of the baseline are missing, failed or skipped.
    case incomplete
    /// Nothing was compared, or the baseline measured other inputs.
    case notComparable = "not comparable"
  }

  /// Every cell and every row of networks of the baseline, of the results and of the plan; the worst
  /// first, then by place.
  package let findings: [GateFinding]
  /// The laws that the results break.
  package let violations: [InvariantViolation]
  /// The number of cells in the baseline.
  package let baselineCount: Int
  /// The number of cells of the baseline with at least one compared metric.
  package let comparedCount: Int
  /// The number of rows of networks in the baseline.
  package let baselineNetworkCount: Int
  /// The number of rows of networks of the baseline with at least one compared metric.
  package let comparedNetworkCount: Int

  /// Compares results with a baseline.
  ///
  /// - Parameters:
  /// - results: The results to judge.
  /// - baseline: The baseline, in the order of its file.
  /// - planned: Cells that must exist besides those of the baseline.
  /// - networks: The rows of networks, if there are some.
  /// - policy: The metrics and their tolerances.
  package init(
    _ results: [ResultRecord], baseline: [ResultRecord], planned: [ResultRecord.Key] = [],
    networks: GateNetworks = GateNetworks(), policy: GatePolicy = GatePolicy()
  ) {
    let now = Dictionary(results.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let before = Set(baseline.map(\.key))
    var findings = baseline.enumerated().map { index, old in
      GateFinding(old, now[old.key], row: index + 2, policy.tolerances(for: old.key.estimator))
    }
    findings += results.filter { !before.contains($0.key) }.map { GateFinding(new: $0) }
    findings += planned.filter { now[$0] == nil && !before.contains($0) }.map {
      GateFinding(unfinished: .cell($0))
    }
    findings += networks.findings(policy.networks)
    let order = findings.indices.sorted { left, right in
      let (left, right) = (findings[left], findings[right])
      if left.state != right.state { return left.state < right.state }
      // In millionths, because the last bits of a share have no meaning.
      let losses = [left.loss, right.loss].map { (1e6 * $0).rounded() }
      if losses[0] != losses[1] { return losses[0] > losses[1] }
      return left.place < right.place
    }
    self.findings = order.map { findings[$0] }
    violations = Invariants.violations(in: results, monotone: policy.monotoneEstimators)
    (baselineCount, baselineNetworkCount) = (baseline.count, networks.before.count)
    let compared = findings.filter { $0.comparedMetrics > 0 }.count { $0.place.isNetwork }
    comparedCount = findings.count { $0.comparedMetrics > 0 } - compared
    comparedNetworkCount = compared
  }

  /// Whether the gate is about rows of networks too.
  package var hasNetworks: Bool { findings.contains { $0.place.isNetwork } }

  /// Whether nothing at all was compared.
  package var isEmpty: Bool { comparedCount + comparedNetworkCount == 0 }

  /// The findings of one state.
  package func findings(_ state: GateFinding.State) -> [GateFinding] {
    findings.filter { $0.state == state }
  }

  /// The verdict: the first that holds of not comparable, regression, incomplete, passed.
  package var verdict: Verdict {
    let states = Set(findings.map(\.state))
    if isEmpty || states.contains(.notComparable) { return .notComparable }
    if states.contains(.worse) || !violations.isEmpty { return .regression }
    if states.contains(.lost) || states.contains(.missing) { return .incomplete }
    return .passed
  }
}
