package import ResultRecords

/// Results held against a baseline and against what must always be true.
package struct Gate: Sendable {
  /// What a gate says.
  package enum Verdict: String, Sendable {
    /// Nothing is worse and nothing is missing.
    case passed
    /// A metric is worse, or an invariant is broken.
    case regression
    /// Cells are missing, failed or skipped that the baseline has.
    case incomplete
    /// Nothing was compared, or the baseline measured something else.
    case notComparable = "not comparable"
  }

  /// Every cell of the baseline, of the results and of the plan; the worst first, then by key.
  package let findings: [GateFinding]
  /// The invariants the results break.
  package let violations: [InvariantViolation]
  /// How many cells the baseline has.
  package let baselineCount: Int
  /// How many cells of the baseline had at least one metric compared.
  package let comparedCount: Int

  /// Compares.
  ///
  /// - Parameters:
  ///   - results: What to judge.
  ///   - baseline: What it is held against, in the order of its file.
  ///   - planned: Cells that must be there besides those of the baseline.
  ///   - policy: What is watched.
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
      // In millionths: the last bits of a share say nothing.
      let losses = [left.loss, right.loss].map { (1e6 * $0).rounded() }
      if losses[0] != losses[1] { return losses[0] > losses[1] }
      return left.key < right.key
    }
    self.findings = order.map { findings[$0] }
    violations = Invariants.violations(in: results, monotone: policy.monotoneEstimators)
    baselineCount = baseline.count
    comparedCount = findings.count { $0.comparedMetrics > 0 }
  }

  /// The findings of one kind.
  package func findings(_ state: GateFinding.State) -> [GateFinding] {
    findings.filter { $0.state == state }
  }

  /// What the gate says: the first that holds of not comparable, regression, incomplete, passed.
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
