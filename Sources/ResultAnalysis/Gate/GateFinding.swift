package import ResultRecords

/// The comparison of one cell, or one row of networks, with the baseline.
package struct GateFinding: Sendable {
  /// The result of the comparison, the worst first.
  package enum State: Int, Comparable, CaseIterable, Sendable {
    /// The baseline has other inputs under the same key.
    case notComparable
    /// A metric is worse beyond its tolerance.
    case worse
    /// The baseline has a result, and the run failed or skipped the cell.
    case lost
    /// The baseline or the plan has the cell, but the results do not.
    case missing
    /// Some metric is better beyond its tolerance, none is worse.
    case better
    /// The baseline has no result for the cell, but the run has.
    case recovered
    /// The baseline does not have the cell.
    case new
    /// Every metric is the same or within its tolerance.
    case unchanged

    /// Whether the left state is worse.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Whether the gate fails because of this state.
    package var isFailure: Bool { self <= .missing }

    /// The word for it in reports.
    package var name: String {
      switch self {
      case .notComparable: "not comparable"
      default: "\(self)"
      }
    }
  }

  /// What a finding is about.
  package enum Place: Hashable, Sendable {
    /// A cell of `results.csv`.
    case cell(ResultRecord.Key)
    /// A row of `networks.csv`.
    case network(NetworkRecord.Key)
  }

  /// One metric of a cell or of a row of networks.
  package struct MetricChange: Sendable {
    /// The name of the metric.
    package let name: String
    /// Whether a change reads best as a share of the value.
    package let isRelative: Bool
    /// The baseline's value.
    package let from: Double
    /// The value now.
    package let to: Double
    /// The comparison of the two values.
    package let verdict: Tolerance.Verdict
    /// The tolerance that was applied.
    package let tolerance: Tolerance

    /// The change as a share of the baseline's value; nil from zero, or if either is infinite.
    package var relative: Double? {
      let change = (to - from) / abs(from)
      return change.isFinite ? change : nil
    }
  }

  /// The cell or the row of networks.
  package let place: Place
  /// The state of it.
  package let state: State
  /// Every compared metric whose value is not the same to the last bit.
  package let changes: [MetricChange]
  /// The reason for states without numbers.
  package let reason: String
  /// The number of compared metrics.
  package let comparedMetrics: Int
  /// The row of the baseline file, 2 for the first below the header; nil for new cells.
  package let baselineRow: Int?

  /// The greatest increase of an error, as a share of it; infinite if it was zero before.
  package var loss: Double {
    changes.filter { $0.verdict == .worse && $0.isRelative }
      .map { abs($0.relative ?? .infinity) }.max() ?? 0
  }
}

extension GateFinding.Place: Comparable, CustomStringConvertible {
  /// Cells before networks, each in the order of its kind.
  package static func < (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.cell(let left), .cell(let right)): left < right
    case (.network(let left), .network(let right)): left < right
    case (.cell, .network): true
    case (.network, .cell): false
    }
  }

  /// The place in one line.
  package var description: String {
    switch self {
    case .cell(let key): "\(key)"
    case .network(let key): "network \(key)"
    }
  }

  /// Whether it is a row of networks.
  package var isNetwork: Bool { if case .network = self { true } else { false } }
}
