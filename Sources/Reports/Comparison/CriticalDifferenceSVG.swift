package import Figures
internal import ResultAnalysis

/// A critical-difference diagram as a figure: the same bytes for the same ranking.
///
/// Labels are on either side, the better half to the left, as in Demšar's paper.
extension CriticalDifferenceDiagram {
  /// The finished figure.
  package var figure: Figure { figure(of: nil) }

  /// The finished figure; `scope` distinguishes its records from others on the page.
  func figure(of scope: String?) -> Figure {
    let layout = Layout(self)
    var canvas = Canvas(width: layout.width)
    let heading = FigureHeading(
      name: "critical-difference", title: "Critical-difference diagram of mean ranks",
      note: averaging(scope) + caption, description: description)
    let top = canvas.heading(heading)
    let axisY = top + 52
    drawAxis(layout, axisY, on: &canvas)
    drawRuler(layout, top + 16, on: &canvas)
    let firstLabelY = axisY + 30 + 11 * Double(layout.barRows.max().map { $0 + 1 } ?? 0)
    drawStems(layout, axisY, firstLabelY, on: &canvas)
    drawBars(layout, axisY, on: &canvas)
    return canvas.figure(heading, height: firstLabelY + 21 * Double(layout.leftCount - 1) + 24)
  }

  /// The document, with a newline at the end.
  package var svg: String { figure.svg }

  private var description: String {
    let ranks = entries.map { "\($0.contender) \(ComparisonFormat.rank($0.meanRank))" }
    let joined = groups.map { group in entries[group].map(\.contender).joined(separator: ", ") }
    return "Mean ranks: \(ranks.joined(separator: "; ")). "
      + (joined.isEmpty
        ? "All pairs differ." : "Not told apart: \(joined.joined(separator: "; ")).")
  }

  private func drawAxis(_ layout: Layout, _ y: Double, on canvas: inout Canvas) {
    canvas.rule(Point(layout.x.start, y), Point(layout.x.end, y), Stroke(.ink))
    for rank in 1...max(2, entries.count) {
      let x = layout.x.position(Double(rank))
      let isLabelled = rank == 1 || rank.isMultiple(of: layout.labelStep)
      canvas.rule(Point(x, y - (isLabelled ? 6 : 3)), Point(x, y), Stroke(.ink))
      if isLabelled { canvas.text("\(rank)", Point(x, y - 10), .tick, .muted, .middle) }
    }
  }

  /// Draws the critical difference to scale.
  private func drawRuler(_ layout: Layout, _ y: Double, on canvas: inout Canvas) {
    let label = "CD = \(ComparisonFormat.rank(criticalDifference)) (Nemenyi)"
    let start = layout.x.start
    guard criticalDifference <= Double(max(1, entries.count - 1)) else {
      canvas.text(label + ", longer than the axis", Point(start, y), .tick, .muted)
      return
    }
    let end = layout.x.position(1 + criticalDifference)
    for x in [start, end] { canvas.rule(Point(x, y - 8), Point(x, y), Stroke(.muted)) }
    canvas.rule(Point(start, y - 4), Point(end, y - 4), Stroke(.muted))
    canvas.text(label, Point(end + 8, y), .tick, .muted)
  }

  private func drawStems(
    _ layout: Layout, _ axisY: Double, _ firstLabelY: Double, on canvas: inout Canvas
  ) {
    for (index, entry) in entries.enumerated() {
      let x = layout.x.position(entry.meanRank)
      let (isLeft, row) = layout.side(index)
      let y = firstLabelY + 21 * Double(row)
      let end = isLeft ? layout.leftEdge : layout.rightEdge
      canvas.line([Point(x, axisY), Point(x, y), Point(end, y)], Stroke(.quiet))
      canvas.text(
        layout.labels[index], Point(isLeft ? end - 6 : end + 6, y + 4), .label, .ink,
        isLeft ? .end : .start)
    }
  }

  private func drawBars(_ layout: Layout, _ axisY: Double, on canvas: inout Canvas) {
    for (group, row) in zip(groups, layout.barRows) {
      let y = axisY + 13 + 11 * Double(row)
      let ends = [group.lowerBound, group.upperBound - 1].map {
        layout.x.position(entries[$0].meanRank)
      }
      canvas.group(entries[group].map(\.contender).joined(separator: ", ")) {
        $0.rule(Point(ends[0] - 3, y), Point(ends[1] + 3, y), Stroke(.series(0), width: 5))
      }
    }
  }
}

/// The positions of the parts, in pixels.
private struct Layout {
  let width: Double
  let leftEdge: Double
  let rightEdge: Double
  let labelStep: Int
  let x: Scale
  let labels: [String]
  /// The number of labels on the left side, which has at least as many as the right.
  let leftCount: Int
  /// The row of each bar; bars that overlap are in different rows.
  let barRows: [Int]
  private let count: Int

  init(_ diagram: CriticalDifferenceDiagram) {
    let entries = diagram.entries
    count = max(2, entries.count)
    leftCount = (entries.count + 1) / 2
    labels = entries.map { entry in
      TextMetrics.fitted(entry.contender, .label, within: 230)
        + "  \(ComparisonFormat.rank(entry.meanRank))"
    }
    let widths = labels.map { TextMetrics.width($0, .label) }
    leftEdge = 24 + (widths.prefix(leftCount).max() ?? 0)
    let right = 24 + (widths.dropFirst(leftCount).max() ?? 0)
    let axis = max(
      280, min(Double(60 * (count - 1)), 800 - leftEdge - right), 592 - leftEdge - right)
    rightEdge = leftEdge + axis + 48
    width = rightEdge + right
    x = Scale(.linear, 1...Double(count), from: leftEdge + 24, to: rightEdge - 24)
    labelStep = count > 20 ? 5 : 1
    var rows: [Int] = []
    var ends: [Double] = []
    for group in diagram.groups {
      let start = x.position(entries[group.lowerBound].meanRank) - 12
      let end = x.position(entries[group.upperBound - 1].meanRank)
      let row = ends.firstIndex { $0 < start } ?? ends.count
      if row == ends.count { ends.append(end) } else { ends[row] = end }
      rows.append(row)
    }
    barRows = rows
  }

  /// The side of a label and its row: the best and the worst are outermost on top.
  func side(_ index: Int) -> (isLeft: Bool, row: Int) {
    index < leftCount ? (true, index) : (false, max(0, labels.count - 1 - index))
  }
}
