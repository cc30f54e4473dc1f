package import Figures

/// The loss and the accuracies of a training run, epoch by epoch.
package struct TrainingFigure {
  /// One epoch: the mean loss, and shares of right answers, nothing where nobody knows them.
  package struct Epoch {
    let loss: Double
    let accuracy: Double?
    let testAccuracy: Double?

    /// What an epoch came to.
    package init(loss: Double, accuracy: Double?, testAccuracy: Double?) {
      (self.loss, self.accuracy, self.testAccuracy) = (loss, accuracy, testAccuracy)
    }
  }

  private let model: String
  private let plan: String
  private let epochs: [Epoch]

  /// - Parameters:
  ///   - model: The name of the network.
  ///   - plan: How it was trained, in a line.
  ///   - epochs: The epochs in order.
  package init(model: String, plan: String, epochs: [Epoch]) {
    (self.model, self.plan, self.epochs) = (model, plan, epochs)
  }

  /// The finished figure; accuracies are drawn as shares of wrong answers, on the axis of the loss.
  package var figure: Figure {
    func points(_ value: (Epoch) -> Double?) -> [Point] {
      epochs.enumerated().compactMap { index, epoch in
        value(epoch).flatMap { $0 > 0 ? Point(Double(index + 1), $0) : nil }
      }
    }
    let series = [
      LineChart.Series(name: "loss", points: points { $0.loss }),
      .init(name: "wrong answers, training", points: points { $0.accuracy.map { 1 - $0 } }),
      .init(name: "wrong answers, test", points: points { $0.testAccuracy.map { 1 - $0 } }),
    ].filter { !$0.points.isEmpty }
    return LineChart(
      heading: FigureHeading(
        name: "training", title: "Training of \(model)",
        note:
          "\(plan). Wrong answers are shares of the samples; those of training are counted while the "
          + "parameters move."),
      panels: [LineChart.Panel(series: series)], xAxis: .init(title: "epoch"),
      yAxis: .init(title: "loss, share of wrong answers", .log), emphasized: series.map(\.name)
    ).figure
  }
}
