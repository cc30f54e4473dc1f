package import ResultRecords

/// The rows of networks that a gate compares.
package struct GateNetworks: Sendable {
  /// The rows to judge.
  package let now: [NetworkRecord]
  /// The rows of the baseline, in the order of its file.
  package let before: [NetworkRecord]
  /// Ways that must be there besides those of the baseline.
  package let planned: [NetworkRecord.Key]

  /// Rows then and now.
  package init(
    now: [NetworkRecord] = [], before: [NetworkRecord] = [], planned: [NetworkRecord.Key] = []
  ) {
    (self.now, self.before, self.planned) = (now, before, planned)
  }

  /// A finding for each row of the baseline, of the results and of the plan.
  func findings(_ tolerances: [NetworkMetric: Tolerance]) -> [GateFinding] {
    let found = Dictionary(now.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let known = Set(before.map(\.key))
    return before.enumerated().map { index, old in
      GateFinding(old, found[old.key], row: index + 2, tolerances)
    }
      + now.filter { !known.contains($0.key) }.map {
        GateFinding(
          place: .network($0.key), state: .new, changes: [], reason: $0.status,
          comparedMetrics: 0, baselineRow: nil)
      }
      + planned.filter { found[$0] == nil && !known.contains($0) }.map {
        GateFinding(unfinished: .network($0))
      }
  }
}

extension GateFinding {
  fileprivate init(
    _ old: NetworkRecord, _ new: NetworkRecord?, row: Int, _ tolerances: [NetworkMetric: Tolerance]
  ) {
    func finding(_ state: State, _ reason: String) -> GateFinding {
      GateFinding(
        place: .network(old.key), state: state, changes: [], reason: reason, comparedMetrics: 0,
        baselineRow: row)
    }
    guard let new else {
      self = finding(.missing, "the results do not have the row")
      return
    }
    switch (old.figures, new.figures) {
    case (nil, nil): self = finding(.unchanged, "no result, then as now")
    case (nil, _?): self = finding(.recovered, "the baseline has '\(old.status)'")
    case (_?, nil): self = finding(.lost, new.status)
    case (let old?, let new?) where old.samples != new.samples:
      self = finding(
        .notComparable, "\(old.samples) samples in the baseline, \(new.samples) now")
    case (let from?, let to?):
      var comparison = ValueComparison()
      for metric in NetworkMetric.allCases {
        guard let tolerance = tolerances[metric] else { continue }
        comparison.add(
          metric.name, isRelative: metric.isRelative, from[metric], to[metric], tolerance)
      }
      self = comparison.finding(.network(old.key), row: row)
    }
  }
}
