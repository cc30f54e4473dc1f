/// The scale of each lane (channel or group), a line for each estimator, on a logarithmic axis.
package struct LaneScales: Sendable {
  /// Which lane stands where.
  package enum Order: Sendable {
    /// As the tensor has them.
    case index
    /// By the scale that the first estimator gives, ascending.
    case sorted
  }

  /// The words above the plot.
  package var heading: FigureHeading
  /// Names and scales, in the order of colours.
  package var estimators: [(name: String, scales: [Double])]
  /// Which lane stands where.
  package var order: Order
  /// What a lane is, such as `channel`.
  package var laneTitle: String
  /// What scales are, with the unit.
  package var scaleTitle: String

  /// Creates the chart.
  package init(
    heading: FigureHeading, estimators: [(name: String, scales: [Double])], order: Order = .sorted,
    laneTitle: String = "channel", scaleTitle: String = "scale"
  ) {
    (self.heading, self.estimators, self.order) = (heading, estimators, order)
    (self.laneTitle, self.scaleTitle) = (laneTitle, scaleTitle)
  }

  /// The finished figure.
  package var figure: Figure {
    let first = estimators.first?.scales ?? []
    var lanes = Array(first.indices)
    if order == .sorted {
      lanes.sort { (sortKey(first[$0]), $0) < (sortKey(first[$1]), $1) }
    }
    let series = estimators.enumerated().map { index, estimator in
      let (name, scales) = estimator
      // Only the lanes that everything is sorted by make a line; others would zigzag.
      return LineChart.Series(
        name: name,
        points: lanes.enumerated().compactMap { place, lane in
          guard scales.indices.contains(lane), scales[lane] > 0 else { return nil }
          return Point(Double(place), scales[lane])
        }, isDotted: lanes.count > 24 && (index > 0 || order == .index))
    }
    let title =
      order == .index
      ? laneTitle
      : "\(laneTitle), by the scale of \(estimators.first?.name ?? "")"
    return LineChart(
      heading: heading, panels: [LineChart.Panel(series: series)],
      xAxis: LineChart.Axis(title: title),
      yAxis: LineChart.Axis(title: scaleTitle, .log), emphasized: estimators.map(\.name)
    ).figure
  }

  private func sortKey(_ scale: Double) -> Double { scale.isNaN ? .infinity : scale }
}
