internal import Figures
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords

/// Regret on held-out batches against the number of calibration batches, a panel for each bit width.
struct CalibrationFigure {
  private let setting: FigureSetting
  private let sizes: [Int]

  /// Prepares the figure; nil unless records hold out batches and calibrate on different numbers of
  /// them.
  init?(_ heldOut: [ResultRecord]) {
    guard let setting = FigureSetting.all(of: Leaderboard(heldOut)).first else { return nil }
    self.setting = setting
    sizes = setting.comparison.distinct({ $0.split?.calibration.count ?? 0 }, by: <)
    guard sizes.count > 1 else { return nil }
  }

  var figure: Figure {
    let panels = setting.comparison.bits.map { bits in
      let part = setting.at(bits)
      return LineChart.Panel(title: "\(bits) bits", series: series(part))
    }
    return LineChart(
      heading: FigureHeading(
        name: "calibration-size", title: "Regret on held-out batches against calibration size",
        note: "\(setting.title); \(setting.count). Regret: geometric mean over tensors and choices "
          + "of batches of MSE over the least possible on the held-out batches, minus 1."),
      panels: panels,
      xAxis: LineChart.Axis(title: "calibration batches", .log, values: sizes.map(Double.init)),
      yAxis: .regret, emphasized: setting.comparison.emphasized
    ).figure
  }

  private func series(_ part: Leaderboard) -> [LineChart.Series] {
    let columns = sizes.map { size in
      (size, part.filtered { $0.split?.calibration.count == size })
    }
    return part.estimators.map { estimator in
      LineChart.Series(
        name: estimator,
        points: columns.compactMap { size, column in
          column.score(estimator).ratio.map {
            Point(Double(size), Leaderboard.regretInPercent($0))
          }
        })
    }
  }
}
