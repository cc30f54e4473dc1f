/// A scatter chart of losses against costs, with the Pareto front.
///
/// Less is better on both axes, and both are logarithmic. An entry is on the Pareto front if no
/// other entry is both better and cheaper.
package struct CostScatter: Sendable {
  /// A point of the chart.
  package struct Entry: Sendable {
    /// Its name.
    package let name: String
    /// Its cost; positive.
    package let cost: Double
    /// Its loss; less is better.
    package let loss: Double

    /// Creates an entry.
    package init(name: String, cost: Double, loss: Double) {
      (self.name, self.cost, self.loss) = (name, cost, loss)
    }
  }

  /// The words above the plot.
  package var heading: FigureHeading
  /// The entries in any order; those outside the domain of an axis are left out.
  package var entries: [Entry]
  /// The title of the cost axis, with the unit.
  package var costTitle: String
  /// The title of the loss axis, with the unit.
  package var lossTitle: String
  /// The spacing of losses.
  ///
  /// Ratios to the best have few decades.
  package var lossSpacing: Scale.Kind

  /// Creates the chart.
  package init(
    heading: FigureHeading, entries: [Entry], costTitle: String, lossTitle: String,
    lossSpacing: Scale.Kind = .log
  ) {
    (self.heading, self.entries) = (heading, entries)
    (self.costTitle, self.lossTitle, self.lossSpacing) = (costTitle, lossTitle, lossSpacing)
  }

  private var shown: [Entry] {
    entries.filter {
      $0.cost.isFinite && $0.cost > 0 && $0.loss.isFinite && (lossSpacing != .log || $0.loss > 0)
    }
  }

  /// The Pareto front, cheapest first: no other entry has both less cost and less loss.
  package var front: [Entry] {
    var least = Double.infinity
    return shown.sorted { ($0.cost, $0.loss, $0.name) < ($1.cost, $1.loss, $1.name) }.filter {
      guard $0.loss < least else { return false }
      least = $0.loss
      return true
    }
  }

  /// The finished figure.
  package var figure: Figure {
    var canvas = Canvas(width: 760)
    let top = canvas.heading(heading)
    let shown = self.shown
    let front = self.front
    let y = Scale(
      lossSpacing, Scale.domain(around: shown.map(\.loss), lossSpacing, margin: 0.06),
      from: top + 24 + 380, to: top + 24)
    let left = Margin.side + Canvas.verticalAxisWidth(Canvas.verticalTicks(y))
    let right = canvas.width - Margin.side
    let x = Scale(
      .log, Scale.domain(around: shown.map(\.cost), .log, margin: 0.06), from: left, to: right)
    canvas.verticalAxis(y, at: left, title: lossTitle, titleY: top + 12, gridTo: right)
    let bottom = canvas.horizontalAxis(x, at: y.start, title: costTitle, gridTo: y.end)
    func place(_ entry: Entry) -> Point {
      Point(x.position(entry.cost), y.position(entry.loss))
    }
    let steps = steps(front.map(place), to: right)
    canvas.line(steps, Stroke(.series(0), width: 1.6))
    let onFront = Set(front.map(\.name))
    let others = shown.filter { !onFront.contains($0.name) }
    for entry in others {
      canvas.group(words(entry)) { canvas in
        canvas.marker(.circle, place(entry), radius: 3.6, .quiet, isOpen: true)
      }
    }
    for entry in front {
      canvas.group(words(entry)) { canvas in
        canvas.marker(.diamond, place(entry), radius: 5, .series(0))
      }
    }
    let bounds = Box(left: left + 2, top: y.end - 4, right: right, bottom: y.start - 2)
    let points = shown.map(place).map { Box(left: $0.x, top: $0.y, right: $0.x, bottom: $0.y) }
    let lines = zip(steps, steps.dropFirst()).map { from, to in
      Box(
        left: min(from.x, to.x), top: min(from.y, to.y), right: max(from.x, to.x),
        bottom: max(from.y, to.y)
      ).grown(1)
    }
    var placement = Placement(around: points.map { $0.grown(4.5) } + lines, within: bounds)
    for entry in front {
      canvas.label(entry.name, at: place(entry), .strong, within: 200, &placement)
    }
    for entry in others {
      canvas.label(entry.name, at: place(entry), .tick, within: 200, &placement)
    }
    return canvas.figure(
      heading.described(description(front, others)), height: bottom + Margin.bottom)
  }

  /// The front as steps.
  ///
  /// Between two points of the front, the best entry at that cost is the cheaper point.
  private func steps(_ points: [Point], to right: Double) -> [Point] {
    var steps: [Point] = []
    for point in points {
      if let last = steps.last { steps.append(Point(point.x, last.y)) }
      steps.append(point)
    }
    return steps + (steps.last.map { [Point(right, $0.y)] } ?? [])
  }

  private func words(_ entry: Entry) -> String {
    "\(entry.name): \(costTitle) \(NumberText.short(entry.cost)), \(lossTitle) "
      + NumberText.short(entry.loss)
  }

  private func description(_ front: [Entry], _ others: [Entry]) -> String {
    "\(lossTitle) against \(costTitle). On the Pareto front, cheapest first: "
      + front.map { "\($0.name) (\(NumberText.short($0.cost)), \(NumberText.short($0.loss)))" }
      .joined(separator: ", ") + ". \(others.count) others are beaten in both."
  }
}
