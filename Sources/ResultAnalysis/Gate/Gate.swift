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

  /// Every cell of the baseline, of the results and of the plan; the worst first, then by key.
  package let findings: [GateFinding]
  /// The laws that the results break.
  package let violations: [InvariantViolation]
  /// The number of cells in the baseline.
  package let baselineCount: Int
  /// The number of cells of the baseline with at least one compared metric.
  package let comparedCount: Int

  /// Compares results with a baseline.
  ///
  /// - Parameters:
  /// - results: The results to judge.
  /// - baseline: The baseline, in the order of its file.
  /// - planned: Cells that must exist besides those of the baseline.
  /// - policy: The metrics and their tolerances.
  package init(
    _ results: [ResultRecord], baseline: [ResultRecord], planned: [ResultRecord.Key] = [],
    policy: GatePolicy = GatePolicy()
  ) {
    let now = Dictionary(results.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let before = Set(baseline.map(\.key))
    var findings = baseline.enumerated().map { index, old in
      GateFinding(old, now[old.key], row: index + 2, policy.tolerances(for: old.key.estimator))
    }
    findings += results.filter { !before.contains($0.key) }.map { GateFinding(new: $0) }
    findings += planned.filter { now[$0] == nil && !before.contains($0) }.map {
      GateFinding(unfinished: $0)
    }
    let order = findings.indices.sorted { left, right in
      let (left, right) = (findings[left], findings[right])
      if left.state != right.state { return left.state < right.state }
      // In millionths, because the last bits of a share have no meaning.
      let losses = [left.loss, right.loss].map { (1e6 * $0).rounded() }
      if losses[0] != losses[1] { return losses[0] > losses[1] }
      return left.key < right.key
    }
    self.findings = order.map { findings[$0] }
    violations = Invariants.violations(in: results, monotone: policy.monotoneEstimators)
    baselineCount = baseline.count
    comparedCount = findings.count { $0.comparedMetrics > 0 }
  }

  /// The findings of one state.
  package func findings(_ state: GateFinding.State) -> [GateFinding] {
    findings.filter { $0.state == state }
  }

  /// The verdict: the first that holds of not comparable, regression, incomplete, passed.
  package var verdict: Verdict {
    let states = Set(findings.map(\.state))
    if comparedCount == 0 || states.contains(.notComparable) { return .notComparable }
    if states.contains(.worse) || !violations.isEmpty { return .regression }
    if states.contains(.lost) || states.contains(.missing) { return .incomplete }
    return .passed
  }
}

extension GateFinding {
  fileprivate init(
    _ old: ResultRecord, _ new: ResultRecord?, row: Int, _ tolerances: [Metric: Tolerance]
  ) {
    guard let new else {
      self.init(
        key: old.key, state: .missing, changes: [], reason: "the results do not have the cell",
        comparedMetrics: 0, baselineRow: row)
      return
    }
    func finding(_ state: State, _ reason: String) -> GateFinding {
      GateFinding(
        key: old.key, state: state, changes: [], reason: reason, comparedMetrics: 0,
        baselineRow: row)
    }
    switch (old.isMeasured, new.isMeasured) {
    case (false, false): self = finding(.unchanged, "no result, then as now")
    case (false, true): self = finding(.recovered, "the baseline has '\(old.status)'")
    case (true, false): self = finding(.lost, "\(new.status)")
    case (true, true) where old.elements != new.elements || old.lanes != new.lanes:
      self = finding(
        .notComparable,
        "\(old.elements) elements in \(old.lanes) lanes in the baseline, "
          + "\(new.elements) in \(new.lanes) now")
    case (true, true): self.init(comparing: old, new, row, tolerances)
    }
  }

  private init(
    comparing old: ResultRecord, _ new: ResultRecord, _ row: Int,
    _ tolerances: [Metric: Tolerance]
  ) {
    var changes: [MetricChange] = []
    var compared = 0
    var gone: [String] = []
    for metric in Metric.allCases {
      guard let tolerance = tolerances[metric], let from = old[metric] else { continue }
      guard let to = new[metric] else {
        gone.append(metric.name)
        continue
      }
      compared += 1
      let verdict = tolerance.verdict(to, baseline: from)
      guard verdict != .same else { continue }
      changes.append(
        MetricChange(metric: metric, from: from, to: to, verdict: verdict, tolerance: tolerance))
    }
    let verdicts = Set(changes.map(\.verdict))
    let state: State =
      if verdicts.contains(.worse) {
        .worse
      } else if !gone.isEmpty {
        .lost
      } else {
        verdicts.contains(.better) ? .better : .unchanged
      }
    self.init(
      key: old.key, state: state, changes: changes,
      reason: gone.isEmpty ? "" : "no \(gone.joined(separator: ", ")) any more",
      comparedMetrics: compared, baselineRow: row)
  }

  fileprivate init(new record: ResultRecord) {
    self.init(
      key: record.key, state: .new, changes: [], reason: "\(record.status)", comparedMetrics: 0,
      baselineRow: nil)
  }

  fileprivate init(unfinished key: ResultRecord.Key) {
    self.init(
      key: key, state: .missing, changes: [], reason: "the manifest plans it, it was not run",
      comparedMetrics: 0, baselineRow: nil)
  }
}
