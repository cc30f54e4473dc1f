extension LineChart {
  /// Draws one plot with its axes, lines and names.
  func draw(
    _ panel: Panel, left edge: Double, right: Double, top: Double, height: Double,
    _ domains: (x: ClosedRange<Double>, y: ClosedRange<Double>), hasTitle: Bool,
    on canvas: inout Canvas
  ) {
    var top = top
    if panels.count > 1 {
      let title = TextMetrics.fitted(panel.title, .strong, within: right - edge)
      canvas.text(title, Point(edge, top + 12), .strong)
      top += 22
    }
    let bottom = top + 20 + height
    let y = Scale(yAxis.kind, domains.y, from: bottom, to: top + 20)
    let ticks = yAxis.ticks(y) ?? Canvas.verticalTicks(y)
    let left = edge + Canvas.verticalAxisWidth(ticks)
    let lines = panel.series.map { series in
      (series, series.points.filter { $0.x.isFinite && $0.y.isFinite })
    }.filter { !$0.1.isEmpty }
    let room = labelRoom(lines.map(\.0.name), panelWidth: right - edge)
    let x = Scale(xAxis.kind, domains.x, from: left, to: right - room)
    if hasTitle {
      let title = TextMetrics.fitted(yAxis.title, .note, within: right - edge)
      canvas.text(title, Point(edge, top + 10), .note)
    }
    canvas.verticalAxis(y, at: left, title: "", titleY: 0, ticks: ticks, gridTo: x.end)
    canvas.horizontalAxis(x, at: bottom, title: xAxis.title, ticks: xAxis.ticks(x))

    let order =
      lines.filter { !isEmphasized($0.0.name) }
      + lines.filter { isEmphasized($0.0.name) }.reversed()
    let places = order.map { line in
      line.1.map { Point(x.position($0.x), y.position($0.y)) }
    }
    for (line, points) in zip(order, places) { draw(line.0, points, on: &canvas) }
    let named = order.indices.filter { labelHeight(order[$0].0.name) > 0 }
    let middles = Spread.middles(
      named.map { places[$0].last?.y ?? 0 }, sizes: named.map { labelHeight(order[$0].0.name) },
      within: y.end - 6...y.start + 6)
    for (index, middle) in zip(named, middles) {
      guard let end = places[index].last else { continue }
      label(order[index].0, end, middle: middle, at: x.end, room: room, on: &canvas)
    }
  }

  private func labelRoom(_ names: [String], panelWidth: Double) -> Double {
    let widths = names.filter { labelHeight($0) > 0 }.map { TextMetrics.width($0, style($0)) }
    return min(panelWidth * 0.42, (widths.max() ?? 0) + 40)
  }

  private func style(_ name: String) -> TextStyle { isEmphasized(name) ? .label : .tick }

  private func draw(_ series: Series, _ points: [Point], on canvas: inout Canvas) {
    canvas.group(series.name) { canvas in
      guard let index = emphasized.firstIndex(of: series.name) else {
        canvas.line(points, Stroke(.quiet, width: 1, opacity: 0.7))
        if points.count == 1 { canvas.marker(.circle, points[0], radius: 2.5, .quiet) }
        return
      }
      if series.isDotted {
        canvas.dots(points, .series(index), shape: index)
        return
      }
      let dash = Stroke.Dash.allCases[index % Stroke.Dash.allCases.count]
      if !series.isMarked {
        canvas.line(points, Stroke(.series(index), width: 2, dash: dash))
      }
      guard points.count <= 12 || series.isMarked else { return }
      for point in points {
        canvas.marker(Marker.allCases[index % Marker.allCases.count], point, .series(index))
      }
    }
  }

  /// Draws the name of a series beside the plot, with a line to the end of the series.
  private func label(
    _ series: Series, _ end: Point, middle: Double, at edge: Double, room: Double,
    on canvas: inout Canvas
  ) {
    let index = emphasized.firstIndex(of: series.name)
    let leader = Stroke(index.map { .series($0) } ?? .quiet, width: 0.8, opacity: 0.6)
    canvas.line(
      [
        Point(end.x + 5, end.y), Point(edge + 6, end.y), Point(edge + 30, middle),
        Point(edge + 33, middle),
      ],
      leader)
    let style = style(series.name)
    canvas.text(
      TextMetrics.fitted(series.name, style, within: room - 37),
      Point(edge + 36, middle + style.size * 0.35), style, index.map { .series($0) } ?? .muted)
  }
}
