/// A chart of the error and its two parts against the clip value, with the choices of estimators.
///
/// As the clip value grows, the clipping error falls and the rounding error grows; their sum is
/// least in between. Both axes are logarithmic.
package struct ErrorCurve: Sendable {
  /// The choice of an estimator.
  package struct Choice: Sendable {
    /// The name of the estimator.
    package let name: String
    /// The clip value; positive.
    package let clip: Double
    /// The error measured there.
    package let error: Double
    /// Whether the choice is emphasized, as the certified optimum is.
    package let isOptimum: Bool

    /// Creates a choice.
    package init(name: String, clip: Double, error: Double, isOptimum: Bool = false) {
      (self.name, self.clip, self.error, self.isOptimum) = (name, clip, error, isOptimum)
    }
  }

  /// The words above the plot.
  package var heading: FigureHeading
  /// The clip values, ascending.
  package var clips: [Double]
  /// The error of values beyond the clip value, for each of ``clips``.
  package var clipping: [Double]
  /// The rest of the error, for each of ``clips``.
  package var rounding: [Double]
  /// The choices, in any order.
  package var choices: [Choice]
  /// The title of the axis of clip values, with the unit.
  package var clipTitle: String
  /// The title of the axis of errors, with the unit.
  package var errorTitle: String

  /// Creates the chart; the two parts of the error add up to the total.
  package init(
    heading: FigureHeading, clips: [Double], clipping: [Double], rounding: [Double],
    choices: [Choice], clipTitle: String = "clip value", errorTitle: String = "mean squared error"
  ) {
    (self.heading, self.clips, self.clipping, self.rounding) = (heading, clips, clipping, rounding)
    (self.choices, self.clipTitle, self.errorTitle) = (choices, clipTitle, errorTitle)
  }

  /// The finished figure.
  package var figure: Figure {
    var canvas = Canvas(width: 760)
    let shown = choices.filter { $0.clip.isFinite && $0.clip > 0 && !$0.error.isNaN }
    let curves = self.curves
    let domain = Scale.domain(
      around: curves.flatMap { $0.points.map(\.x) } + shown.map(\.clip), .log)
    let range = errorDomain(curves, shown)
    let title = canvas.heading(heading)
    let left =
      Margin.side
      + Canvas.verticalAxisWidth(Canvas.verticalTicks(Scale(.log, range, from: 300, to: 0)))
    let right = canvas.width - Margin.side - 78
    let x = Scale(.log, domain, from: left, to: right)
    let labels = shown.map { label($0) }
    let flags = Flags(
      poles: shown.map { x.position($0.clip) },
      widths: zip(labels, shown).map { TextMetrics.width($0, Self.style($1)) + 8 },
      within: left - 30...right + 70)
    let top = title + 18 + 16 * Double(flags.rows)
    let y = Scale(.log, range, from: top + 10 + 300, to: top + 10)
    canvas.verticalAxis(y, at: left, title: errorTitle, titleY: title + 12, gridTo: right)
    let bottom = canvas.horizontalAxis(x, at: y.start, title: clipTitle)

    draw(curves, x, y, on: &canvas)
    for (index, choice) in shown.enumerated() {
      let flag = flags.flags[index]
      let point = Point(x.position(choice.clip), y.position(choice.error))
      let tip = top - 16 * Double(flag.row)
      canvas.group(
        "\(choice.name): clip \(NumberText.short(choice.clip)), error \(NumberText.short(choice.error))"
      ) { canvas in
        canvas.rule(
          point, Point(point.x, tip - 9), Stroke(.quiet, width: choice.isOptimum ? 1.4 : 0.8))
        canvas.text(
          labels[index], Point(point.x + (flag.isLeft ? -4 : 4), tip - 1), Self.style(choice), .ink,
          flag.isLeft ? .end : .start)
      }
    }
    // The optimum is drawn last, so that choices close to it do not hide it.
    let order = shown.enumerated().reversed()
    for (index, choice) in order.filter({ !$1.isOptimum }) + order.filter(\.element.isOptimum) {
      let point = Point(x.position(choice.clip), y.position(choice.error))
      let marker = choice.isOptimum ? Marker.diamond : Marker.allCases[index % 3]
      canvas.marker(
        marker, point, radius: choice.isOptimum ? 6 : 4.5, choice.isOptimum ? .series(1) : .ink,
        isOpen: !choice.isOptimum)
    }
    return canvas.figure(
      heading.described(words(curves, shown)), height: bottom + Margin.bottom)
  }

  private static func style(_ choice: Choice) -> TextStyle { choice.isOptimum ? .strong : .label }

  private func label(_ choice: Choice) -> String {
    TextMetrics.fitted(choice.name, Self.style(choice), within: 260)
  }

  struct Curve {
    let name: String
    let stroke: Stroke
    let points: [Point]
  }

  /// The curves in numbers, not pixels.
  ///
  /// Points that a logarithmic axis cannot show are left out.
  private var curves: [Curve] {
    let rows = zip(clips, zip(clipping, rounding)).map { ($0, $1.0, $1.1) }
    func points(_ value: ((Double, Double, Double)) -> Double) -> [Point] {
      rows.map { Point($0.0, value($0)) }.filter {
        $0.x.isFinite && $0.x > 0 && $0.y.isFinite && $0.y > 0
      }
    }
    return [
      Curve(
        name: "rounding", stroke: Stroke(.series(2), width: 1.6, dash: .dashed),
        points: points(\.2)),
      Curve(
        name: "clipping", stroke: Stroke(.series(1), width: 1.6, dash: .dotted),
        points: points(\.1)),
      Curve(
        name: "total", stroke: Stroke(.series(0), width: 2.4), points: points { $0.1 + $0.2 }),
    ]
  }

  /// The domain of the error axis: all totals and choices, and the parts down to two decades below
  /// these.
  private func errorDomain(_ curves: [Curve], _ shown: [Choice]) -> ClosedRange<Double> {
    let totals = (curves.last?.points.map(\.y) ?? []) + shown.map(\.error)
    let usable = totals.filter { $0.isFinite && $0 > 0 }
    guard let least = usable.min() else { return 0.1...1 }
    let parts = curves.dropLast().flatMap { $0.points.map(\.y) }.filter { $0 > least / 100 }
    return Scale.domain(around: usable + parts, .log)
  }
}
