/// A histogram of the values of a tensor, with the clipping ranges of estimators.
///
/// Counts are logarithmic, because often one value in ten thousand matters for a range. Each range is a
/// bracket with a label below the histogram.
package struct RangeHistogram: Sendable {
  /// One clipping range.
  package struct Bracket: Sendable {
    /// The name of the estimator.
    package let name: String
    /// The least value that is not clipped.
    package let lower: Double
    /// The greatest value that is not clipped.
    package let upper: Double
    /// The share of the values that the range clips.
    package let clippedFraction: Double
    /// Whether the range stands out, as the optimum does.
    package let isEmphasized: Bool

    /// Creates a range.
    package init(
      name: String, lower: Double, upper: Double, clippedFraction: Double,
      isEmphasized: Bool = false
    ) {
      (self.name, self.lower, self.upper) = (name, lower, upper)
      (self.clippedFraction, self.isEmphasized) = (clippedFraction, isEmphasized)
    }

    /// The label, such as `mse [−1.2, 1.3], clips 0.3 %`.
    package var label: String {
      "\(name) [\(NumberText.short(lower)), \(NumberText.short(upper))], "
        + "clips \(NumberText.percent(clippedFraction))"
    }
  }

  /// The words above the plot.
  package var heading: FigureHeading
  /// The edges of the bins, ascending; one more than there are counts.
  package var edges: [Double]
  /// The number of values in each bin.
  package var counts: [Double]
  /// The ranges, in any order; the widest is drawn first.
  package var brackets: [Bracket]
  /// The title of the axis of values, with its unit if there is one.
  package var valueTitle: String
  /// The spacing of values; symlog if tails are so long that all other values would be in one bin.
  package var spacing: Scale.Kind

  /// Creates the chart.
  package init(
    heading: FigureHeading, edges: [Double], counts: [Double], brackets: [Bracket],
    valueTitle: String = "value", spacing: Scale.Kind = .linear
  ) {
    (self.heading, self.edges, self.counts, self.brackets) = (heading, edges, counts, brackets)
    (self.valueTitle, self.spacing) = (valueTitle, spacing)
  }

  /// The finished figure.
  package var figure: Figure {
    var canvas = Canvas(width: 760)
    let top = canvas.heading(heading) + 20
    let bins = self.bins
    let peak = bins.map(\.count).max() ?? 1
    let y = Scale(.log, 0.5...max(10, peak * 1.5), from: top + 210, to: top + 6)
    let yTicks = y.ticks(about: 5)
    let left = Margin.side + Canvas.verticalAxisWidth(yTicks)
    let right = canvas.width - Margin.side
    let x = Scale(spacing, domain(bins), from: left, to: right)
    canvas.verticalAxis(
      y, at: left, title: "values per bin", titleY: top - 6, ticks: yTicks, gridTo: right)

    let shown = self.shown
    drawBins(bins, x, y, on: &canvas)
    if x.domain.contains(0) {
      let zero = x.position(0)
      canvas.rule(Point(zero, y.start), Point(zero, y.end), Stroke(.muted, width: 0.8))
    }
    let below = canvas.horizontalAxis(x, at: y.start, title: valueTitle)
    let end = draw(shown, x, y, below: below, on: &canvas)
    return canvas.figure(
      heading.described(words(bins, shown)), height: end + Margin.bottom)
  }

  private struct Bin {
    let lower: Double
    let upper: Double
    let count: Double
  }

  private var bins: [Bin] {
    zip(zip(edges, edges.dropFirst()), counts).compactMap { ends, count in
      let isUsable = ends.0.isFinite && ends.1.isFinite && ends.0 < ends.1 && count.isFinite
      return isUsable ? Bin(lower: ends.0, upper: ends.1, count: max(0, count)) : nil
    }
  }

  /// The brackets to draw, the widest first, so that their lines do not cross the labels of others.
  private var shown: [Bracket] {
    brackets.filter { $0.lower.isFinite && $0.upper.isFinite && $0.lower <= $0.upper }
      .enumerated().sorted { left, right in
        // The ends are halved, because their difference may overflow.
        let widths = [left, right].map { $0.element.upper / 2 - $0.element.lower / 2 }
        return (-widths[0], left.offset) < (-widths[1], right.offset)
      }.map(\.element)
  }

  /// The domain of the axis of values: all bins and brackets, with a margin on both sides.
  private func domain(_ bins: [Bin]) -> ClosedRange<Double> {
    let ends = bins.flatMap { [$0.lower, $0.upper] } + brackets.flatMap { [$0.lower, $0.upper] }
    return Scale.domain(around: ends, spacing, margin: 0.02)
  }

  /// Draws each run of neighboring bins with values as one area, so that there are no gaps between
  /// bins.
  private func drawBins(_ bins: [Bin], _ x: Scale, _ y: Scale, on canvas: inout Canvas) {
    let floor = y.start
    for run in bins.split(whereSeparator: { $0.count == 0 }) {
      var outline: [Point] = []
      for bin in run {
        let height = y.position(bin.count)
        outline += [Point(x.position(bin.lower), height), Point(x.position(bin.upper), height)]
      }
      guard let first = outline.first, let last = outline.last else { continue }
      // A single narrow bin far from the others is drawn wider, so that it is visible.
      let extra = max(0, 1.2 - (last.x - first.x)) / 2
      outline[0].x -= extra
      outline[outline.count - 1].x += extra
      let ends = [Point(last.x + extra, floor), Point(first.x - extra, floor)]
      canvas.area(outline + ends, .wash)
      canvas.line([ends[1]] + outline + [ends[0]], Stroke(.muted, width: 0.8))
    }
  }

  private func words(_ bins: [Bin], _ shown: [Bracket]) -> String {
    let total = bins.reduce(0) { $0 + $1.count }
    let span = (bins.first?.lower ?? 0, bins.last?.upper ?? 0)
    return "Histogram of \(NumberText.short(total, digits: 9)) values from "
      + "\(NumberText.short(span.0)) to \(NumberText.short(span.1)), counts on a logarithmic axis. "
      + (shown.isEmpty ? "" : "Ranges: " + shown.map(\.label).joined(separator: "; ") + ".")
  }
}
