/// A chart of the scale of each lane (channel or group), with a line for each estimator and a
/// logarithmic axis.
package struct LaneScales: Sendable {
  /// The order of the lanes from left to right.
  package enum Order: Sendable {
    /// The order of the tensor.
    case index
    /// By the scale of the first estimator, ascending.
    case sorted
  }

  /// The words above the plot.
  package var heading: FigureHeading
  /// The name of each estimator and its scales by lane, in the order of colors.
  package var estimators: [(name: String, scales: [Double])]
  /// The order of the lanes from left to right.
  package var order: Order
  /// The word for a lane, such as `channel`.
  package var laneTitle: String
  /// The title of the axis of scales, with the unit.
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
      // Lanes are sorted by the first estimator, so only its scales make a line; others would zigzag.
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
