internal import Figures
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords

/// Regret against the bit width, a panel for each setting.
struct RegretFigure {
  static let note =
    "Regret: geometric mean over tensors of MSE over the least possible, minus 1. In colour: the "
    + "best five and min-max"

  let name: String
  let title: String
  let note: String
  let settings: [FigureSetting]

  var figure: Figure {
    let bits = Set(settings.flatMap { $0.comparison.bits.map(\.count) }).sorted()
    let emphasized = settings.first?.comparison.emphasized ?? []
    return LineChart(
      heading: FigureHeading(name: name, title: title, note: note),
      panels: settings.map { setting in
        LineChart.Panel(title: setting.title, series: series(setting))
      },
      xAxis: LineChart.Axis(title: "bit width", values: bits.map(Double.init)),
      yAxis: .regret, emphasized: emphasized
    ).figure
  }

  private func series(_ setting: FigureSetting) -> [LineChart.Series] {
    let columns = setting.comparison.bits.map { ($0.count, setting.at($0)) }
    return setting.comparison.estimators.map { estimator in
      LineChart.Series(
        name: estimator,
        points: columns.compactMap { bits, column in
          column.score(estimator).ratio.map {
            Point(Double(bits), Leaderboard.regretInPercent($0))
          }
        })
    }
  }
}

extension LineChart.Axis {
  /// The axis of regret in per cent: logarithmic above 1 %, with zero at the bottom.
  static var regret: LineChart.Axis {
    LineChart.Axis(
      title: "regret, % (logarithmic above 1 %)", .symlog(threshold: 1), including: [0, 10])
  }
}
