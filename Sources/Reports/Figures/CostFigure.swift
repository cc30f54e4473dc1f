internal import Figures
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords

/// The error of each estimator against the time it takes.
struct CostFigure {
  private let setting: FigureSetting
  private let entries: [CostScatter.Entry]

  /// Prepares the figure; nil if fewer than two estimators have a time and a ratio.
  init?(_ setting: FigureSetting, _ timings: CellTimings) {
    self.setting = setting
    let granularity = setting.granularity.description
    entries = setting.comparison.estimators.compactMap { estimator in
      guard let ratio = setting.comparison.score(estimator).ratio,
        let seconds = timings.typical(estimator, granularity: granularity)
      else { return nil }
      return CostScatter.Entry(name: estimator, cost: 1000 * seconds, loss: max(1, ratio))
    }
    guard entries.count > 1 else { return nil }
  }

  var figure: Figure {
    CostScatter(
      heading: FigureHeading(
        name: "quality-cost", title: "Quality against cost",
        note: "\(setting.scope); \(setting.count), all bit widths. Filled: nothing is both better "
          + "and faster. Times are geometric means over cells, each estimator alone."),
      entries: entries, costTitle: "time per tensor, ms",
      lossTitle: "MSE / least possible MSE (geometric mean)"
    ).figure
  }
}
