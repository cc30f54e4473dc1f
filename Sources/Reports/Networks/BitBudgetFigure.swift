package import Figures

/// The least cost of mixed widths against their mean, beside what was measured.
package struct BitBudgetFigure {
  /// Mean bits of an element, and the error of the output as a share of its signal.
  package typealias Place = (bits: Double, share: Double)

  private let model: String
  private let front: [Place]
  private let uniform: [Place]
  private let chosen: (predicted: Place, measured: Place)

  /// The points of the front that are drawn.
  private static let limit = 400

  /// - Parameters:
  ///   - model: The name of the network.
  ///   - front: The predicted front, from few bits to many.
  ///   - uniform: What one width for all was measured to cost, from few bits to many.
  ///   - chosen: The choice under the budget: what was predicted, and what was measured.
  package init(
    model: String, front: [Place], uniform: [Place], chosen: (predicted: Place, measured: Place)
  ) {
    (self.model, self.front, self.uniform, self.chosen) = (model, front, uniform, chosen)
  }

  /// The finished figure.
  package var figure: Figure {
    func points(_ places: [Place]) -> [Point] {
      places.filter { $0.share > 0 }.map { Point($0.bits, $0.share) }
    }
    let (predicted, measured) = ("best mix, predicted", "chosen mix, measured")
    let alone = "one width, measured"
    return LineChart(
      heading: FigureHeading(
        name: "bits-budget", title: "Mixed widths for the weights of \(model)",
        note: "The line is the exact Pareto front of the sums of costs of each weight alone, "
          + "\(front.count) points; marks are runs of the whole network."),
      panels: [
        LineChart.Panel(series: [
          .init(name: predicted, points: points(thinned)),
          .init(name: alone, points: points(uniform)),
          .init(name: measured, points: points([chosen.measured])),
        ])
      ],
      xAxis: .init(title: "mean bits of a weight"),
      yAxis: .init(title: "squared error of the output / its sum of squares", .log),
      emphasized: [predicted, alone, measured]
    ).figure
  }

  private var thinned: [Place] {
    guard front.count > Self.limit else { return front }
    return (0..<Self.limit).map { front[$0 * (front.count - 1) / (Self.limit - 1)] }
  }
}
