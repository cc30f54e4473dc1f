package import Figures

/// What each tensor of a network costs its output, tensors from the dearest down.
package struct SensitivityFigure {
  /// A tensor with the error of the output at each width, as a share of the output's signal.
  package typealias Row = (tensor: String, shares: [Double?])

  private let model: String
  private let widths: [Int]
  private let rows: [Row]
  private let samples: Int

  /// The largest number of rows.
  private static let limit = 60

  /// - Parameters:
  ///   - model: The name of the network.
  ///   - widths: The widths in bits.
  ///   - rows: The tensors in their order, the share for each width.
  ///   - samples: How many samples were run.
  package init(model: String, widths: [Int], rows: [Row], samples: Int) {
    (self.model, self.widths, self.rows, self.samples) = (model, widths, rows, samples)
  }

  /// The finished figure.
  package var figure: Figure {
    let shown = rows.prefix(Self.limit)
    let count =
      shown.count < rows.count ? "the first \(shown.count) of \(rows.count)" : "\(rows.count)"
    return RankedDots(
      heading: FigureHeading(
        name: "sensitivity", title: "What each tensor of \(model) costs the output",
        note: "Each tensor quantized alone; \(count) tensors, \(samples) samples, ranked at "
          + "\(widths.first ?? 0) bits. Quantizers compute in float."),
      rows: shown.map { RankedDots.Row(name: $0.tensor, values: $0.shares) },
      series: widths.map { "\($0) bits" },
      valueTitle: "squared error of the output / its sum of squares"
    ).figure
  }
}
