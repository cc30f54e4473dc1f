package import ResultRecords

/// What became of one cell of a baseline, or of one the baseline does not have.
package struct GateFinding: Sendable {
  /// What became of it, the worst first.
  package enum State: Int, Comparable, CaseIterable, Sendable {
    /// The baseline measured something else under the same key.
    case notComparable
    /// A metric is worse beyond its tolerance.
    case worse
    /// The baseline has a result, and the run failed or skipped the cell.
    case lost
    /// The baseline or the plan has the cell, the results do not.
    case missing
    /// Some metric is better beyond its tolerance, none is worse.
    case better
    /// The cell has a result now and had none.
    case recovered
    /// The baseline does not have the cell.
    case new
    /// Every metric is the same or within its tolerance.
    case unchanged

    /// The worst first.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Whether the gate fails for it.
    package var isFailure: Bool { self <= .missing }

    /// The word for it in reports.
    package var name: String {
      switch self {
      case .notComparable: "not comparable"
      default: "\(self)"
      }
    }
  }

  /// One metric of a cell.
  package struct MetricChange: Sendable {
    /// The metric.
    package let metric: Metric
    /// The baseline's value.
    package let from: Double
    /// The value now.
    package let to: Double
    /// How the two stand to each other.
    package let verdict: Tolerance.Verdict
    /// By what measure.
    package let tolerance: Tolerance

    /// The change as a share of the baseline's value; none from zero, or where either is infinite.
    package var relative: Double? {
      let change = (to - from) / abs(from)
      return change.isFinite ? change : nil
    }
  }

  /// The cell.
  package let key: ResultRecord.Key
  /// What became of it.
  package let state: State
  /// Every metric that was compared and is not the same to the last bit.
  package let changes: [MetricChange]
  /// Why, where numbers do not tell.
  package let reason: String
  /// How many metrics were compared.
  package let comparedMetrics: Int
  /// The row of the baseline file, 2 for the first below the header; none for new cells.
  package let baselineRow: Int?

  /// The greatest loss of an error as a share of it; infinite where there was none before.
  package var loss: Double {
    changes.filter { $0.verdict == .worse && $0.metric.facts.isRelative }
      .map { abs($0.relative ?? .infinity) }.max() ?? 0
  }
}
