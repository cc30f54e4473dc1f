/// A chart of lines, one for each series, in one panel or in several side by side.
///
/// The names are at the ends of the lines. Emphasized series have a color, a dash and a marker. The
/// other series are thin and gray; if there is one panel, they are named in small letters.
package struct LineChart: Sendable {
  /// One line.
  package struct Series: Sendable {
    /// The name of the series, which is the same in every panel.
    package let name: String
    /// The points in numbers, not pixels, from left to right.
    ///
    /// Points that are not finite are left out.
    package let points: [Point]
    /// Whether the points are not joined by a line, because the data have no order.
    package let isDotted: Bool
    /// Whether the points are markers that no line joins, however many there are.
    package let isMarked: Bool

    /// Creates a line.
    package init(
      name: String, points: [Point], isDotted: Bool = false, isMarked: Bool = false
    ) {
      (self.name, self.points) = (name, points)
      (self.isDotted, self.isMarked) = (isDotted, isMarked)
    }
  }

  /// One plot.
  package struct Panel: Sendable {
    /// The title above the plot; it may be empty if there is one panel.
    package let title: String
    /// The lines, in any order.
    package let series: [Series]

    /// Creates a plot.
    package init(title: String = "", series: [Series]) {
      (self.title, self.series) = (title, series)
    }
  }

  /// One axis.
  package struct Axis: Sendable {
    /// The title, with the unit.
    package let title: String
    /// The spacing of numbers.
    package let kind: Scale.Kind
    /// The numbers with ticks; if empty, round numbers have them.
    package let values: [Double]
    /// Numbers that the domain of the axis must contain.
    package let including: [Double]

    /// Creates an axis.
    package init(
      title: String, _ kind: Scale.Kind = .linear, values: [Double] = [], including: [Double] = []
    ) {
      (self.title, self.kind, self.values, self.including) = (title, kind, values, including)
    }

    func ticks(_ scale: Scale) -> [Tick]? {
      values.isEmpty
        ? nil : values.map { Tick(value: $0, label: TickLabel(NumberText.short($0, digits: 6))) }
    }
  }

  /// The words above the plots.
  package var heading: FigureHeading
  /// The plots.
  ///
  /// A single one fills the width; several are two in a row and have the same axes.
  package var panels: [Panel]
  /// The axis below each plot.
  package var xAxis: Axis
  /// The axis to the left of each plot.
  package var yAxis: Axis
  /// The names of the emphasized series, in the order of colors.
  package var emphasized: [String]

  /// Creates the chart.
  package init(
    heading: FigureHeading, panels: [Panel], xAxis: Axis, yAxis: Axis, emphasized: [String]
  ) {
    (self.heading, self.panels, self.xAxis, self.yAxis) = (heading, panels, xAxis, yAxis)
    self.emphasized = emphasized
  }

  /// The finished figure.
  package var figure: Figure {
    var canvas = Canvas(width: 760)
    var top = canvas.heading(heading)
    let columns = panels.count == 1 ? 1 : 2
    let gap = 26.0
    let width =
      (canvas.width - 2 * Margin.side - gap * Double(columns - 1)) / Double(columns)
    let domains = self.domains
    for part in stride(from: 0, to: panels.count, by: columns) {
      let shown = panels[part..<min(panels.count, part + columns)]
      let height = shown.map { self.height($0) }.max() ?? 0
      for (column, panel) in shown.enumerated() {
        let left = Margin.side + (width + gap) * Double(column)
        draw(
          panel, left: left, right: left + width, top: top, height: height, domains,
          hasTitle: column == 0, on: &canvas)
      }
      top += height + (panels.count == 1 ? 0 : 22) + 58 + (panels.count > columns ? 14 : 0)
    }
    return canvas.figure(heading.described(words), height: top + Margin.bottom - 4)
  }

  /// The height of a panel, with room for the plot and for the names beside it.
  private func height(_ panel: Panel) -> Double {
    let names = panel.series.reduce(0) { $0 + labelHeight($1.name) }
    return max(panels.count == 1 ? 300 : 190, names)
  }

  func isEmphasized(_ name: String) -> Bool { emphasized.contains(name) }

  /// The height of a name beside a plot; 0 if it is not shown.
  func labelHeight(_ name: String) -> Double {
    if isEmphasized(name) { return 15 }
    let most = panels.map(\.series.count).max() ?? 0
    return panels.count == 1 || most <= Self.fewSeries ? 13 : 0
  }

  /// The largest number of names that have room beside a small plot.
  private static let fewSeries = 12

  private var domains: (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    let points = panels.flatMap { $0.series.flatMap(\.points) }.filter {
      $0.x.isFinite && $0.y.isFinite
    }
    let x = Scale.domain(around: points.map(\.x) + xAxis.including, xAxis.kind, margin: 0.02)
    let y = Scale.domain(around: points.map(\.y) + yAxis.including, yAxis.kind, margin: 0.02)
    // A number that the axis must contain is its end, without a margin.
    guard let least = yAxis.including.min(), y.lowerBound < least,
      !points.contains(where: { $0.y < least })
    else { return (x, y) }
    return (x, least...max(y.upperBound, least))
  }

  private var words: String {
    let names = emphasized.joined(separator: ", ")
    let count = Set(panels.flatMap { $0.series.map(\.name) }).count
    return "\(yAxis.title) against \(xAxis.title), \(count) lines"
      + (panels.count > 1 ? " in \(panels.count) panels" : "")
      + (names.isEmpty ? "." : "; emphasized: \(names).")
  }
}
