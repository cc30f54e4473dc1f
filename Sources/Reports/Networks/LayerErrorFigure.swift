package import Figures

/// The errors of the tensors of quantized models along their depth.
package struct LayerErrorFigure {
  /// A quantized model: for each tensor its depth and errors as shares of its signal.
  package struct Model: Sendable {
    /// Its name.
    package let name: String
    /// What arrives at each tensor between the nodes.
    package let arrived: [(depth: Int, share: Double)]
    /// What each tensor's own quantizer does.
    package let local: [(depth: Int, share: Double)]
    /// What is done to each weight.
    package let weights: [(depth: Int, share: Double)]

    /// A model's errors.
    package init(
      name: String, arrived: [(depth: Int, share: Double)],
      local: [(depth: Int, share: Double)], weights: [(depth: Int, share: Double)]
    ) {
      (self.name, self.arrived, self.local, self.weights) = (name, arrived, local, weights)
    }
  }

  private let models: [Model]
  private let samples: Int

  /// - Parameters:
  ///   - models: The quantized models; each has a panel.
  ///   - samples: How many samples were run.
  package init(_ models: [Model], samples: Int) { (self.models, self.samples) = (models, samples) }

  /// The finished figure.
  package var figure: Figure {
    func points(_ places: [(depth: Int, share: Double)]) -> [Point] {
      places.filter { $0.share > 0 }.map { Point(Double($0.depth), $0.share) }
    }
    let names = ["arrived", "own quantizer", "weights"]
    return LineChart(
      heading: FigureHeading(
        name: "layer-errors", title: "Error through the network",
        note: "Arrived: a tensor of the quantized model against the float model. Own quantizer: "
          + "the float model's values through its quantizer alone. \(samples) samples."),
      panels: models.map { model in
        LineChart.Panel(
          title: model.name,
          series: [
            .init(name: names[0], points: points(model.arrived)),
            .init(name: names[1], points: points(model.local)),
            .init(name: names[2], points: points(model.weights), isMarked: true),
          ])
      },
      xAxis: .init(title: "depth: nodes of the float model before the tensor"),
      yAxis: .init(title: "squared error / sum of squares", .log),
      emphasized: names
    ).figure
  }
}
