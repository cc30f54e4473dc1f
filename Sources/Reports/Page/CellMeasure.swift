internal import ResultRecords

/// What a cell of a page can show; the first unless a reader asks for another.
enum CellMeasure: Int, CaseIterable {
  case regret, sqnr, clippingShare, mse

  /// What the switch calls it.
  var title: String {
    switch self {
    case .regret: Metric.regret.facts.title
    case .sqnr: Metric.sqnr.facts.title
    case .clippingShare: "clipping share"
    case .mse: Metric.mse.facts.title
    }
  }

  /// What a cell shows of a record that was measured; its regret is known to the table.
  func text(_ record: ResultRecord, _ regret: RegretCell) -> String {
    switch self {
    case .regret: regret.text
    case .sqnr: record[.sqnr]?.isFinite == false ? "∞" : NumberFormat.text(record[.sqnr], .sqnr)
    case .clippingShare: NumberFormat.percent(record.clippingShare ?? 0)
    case .mse: NumberFormat.text(record[.mse], .mse)
    }
  }
}
