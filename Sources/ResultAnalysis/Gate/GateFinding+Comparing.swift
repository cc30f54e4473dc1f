internal import ResultRecords

extension GateFinding {
  /// The comparison of a cell of the baseline with the same cell now, if it is there.
  init(
    _ old: ResultRecord, _ new: ResultRecord?, row: Int, _ tolerances: [Metric: Tolerance]
  ) {
    func finding(_ state: State, _ reason: String) -> GateFinding {
      GateFinding(
        place: .cell(old.key), state: state, changes: [], reason: reason, comparedMetrics: 0,
        baselineRow: row)
    }
    guard let new else {
      self = finding(.missing, "the results do not have the cell")
      return
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
    case (true, true):
      var comparison = ValueComparison()
      for metric in Metric.allCases {
        guard let tolerance = tolerances[metric] else { continue }
        comparison.add(
          metric.name, isRelative: metric.facts.isRelative, old[metric], new[metric], tolerance)
      }
      self = comparison.finding(.cell(old.key), row: row)
    }
  }

  /// A cell that the baseline does not have.
  init(new record: ResultRecord) {
    self.init(
      place: .cell(record.key), state: .new, changes: [], reason: "\(record.status)",
      comparedMetrics: 0, baselineRow: nil)
  }

  /// A place that the plan has and the results do not.
  init(unfinished place: Place) {
    self.init(
      place: place, state: .missing, changes: [],
      reason: "the manifest plans it, it was not run", comparedMetrics: 0, baselineRow: nil)
  }
}

/// The metrics of one place, then and now.
struct ValueComparison {
  private var changes: [GateFinding.MetricChange] = []
  private var compared = 0
  private var gone: [String] = []

  /// Compares a metric; one that the baseline does not have counts for nothing.
  mutating func add(
    _ name: String, isRelative: Bool, _ from: Double?, _ to: Double?, _ tolerance: Tolerance
  ) {
    guard let from else { return }
    guard let to else {
      gone.append(name)
      return
    }
    compared += 1
    let verdict = tolerance.verdict(to, baseline: from)
    guard verdict != .same else { return }
    changes.append(
      GateFinding.MetricChange(
        name: name, isRelative: isRelative, from: from, to: to, verdict: verdict,
        tolerance: tolerance))
  }

  /// What the metrics say together.
  func finding(_ place: GateFinding.Place, row: Int) -> GateFinding {
    let verdicts = Set(changes.map(\.verdict))
    let state: GateFinding.State =
      if verdicts.contains(.worse) {
        .worse
      } else if !gone.isEmpty {
        .lost
      } else {
        verdicts.contains(.better) ? .better : .unchanged
      }
    return GateFinding(
      place: place, state: state, changes: changes,
      reason: gone.isEmpty ? "" : "no \(gone.joined(separator: ", ")) any more",
      comparedMetrics: compared, baselineRow: row)
  }
}
