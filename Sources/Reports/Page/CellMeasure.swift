internal import ResultRecords

/// The metrics of which a table shows one; the first unless the reader selects another.
enum CellMeasure: Int, CaseIterable {
  case regret, sqnr, clippingShare, mse

  /// The label of the switch.
  var title: String {
    switch self {
    case .regret: Metric.regret.facts.title
    case .sqnr: Metric.sqnr.facts.title
    case .clippingShare: "clipping share"
    case .mse: Metric.mse.facts.title
    }
  }

  /// The text of the metric for a measured record; the table passes its regret.
  func text(_ record: ResultRecord, _ regret: RegretCell) -> String {
    switch self {
    case .regret: regret.text
    case .sqnr: record[.sqnr]?.isFinite == false ? "∞" : NumberFormat.text(record[.sqnr], .sqnr)
    case .clippingShare: NumberFormat.percent(record.clippingShare ?? 0)
    case .mse: NumberFormat.text(record[.mse], .mse)
    }
  }
}
