extension ErrorCurve {
  /// Draws the three curves, each with its name at its right end.
  func draw(_ curves: [Curve], _ x: Scale, _ y: Scale, on canvas: inout Canvas) {
    var ends: [(name: String, point: Point, paint: Paint)] = []
    for curve in curves {
      let visible = Self.clipped(curve.points, to: y.domain)
      for run in visible {
        canvas.line(run.map { Point(x.position($0.x), y.position($0.y)) }, curve.stroke)
      }
      guard let last = visible.last?.last else { continue }
      ends.append(
        (curve.name, Point(x.position(last.x), y.position(last.y)), curve.stroke.paint))
    }
    // The total is at least as large as its parts, so its name is above theirs, also if they are equal.
    ends.reverse()
    let beside = ends.filter { $0.point.x >= x.end - 40 }
    let middles = Spread.middles(
      beside.map(\.point.y), sizes: beside.map { _ in 15 }, within: y.end - 10...y.start)
    var taken: [Box] = []
    for (end, middle) in zip(beside, middles) {
      let point = Point(end.point.x + 9, middle + 4)
      canvas.text(end.name, point, .label, end.paint)
      taken.append(TextMetrics.box(end.name, at: point, .label))
    }
    // If a curve leaves the plot at the bottom, its name is placed there.
    var placement = Placement(
      around: taken, within: Box(left: x.start, top: y.end, right: x.end + 60, bottom: y.start))
    for end in ends where end.point.x < x.end - 40 {
      let point = Point(end.point.x, min(end.point.y, y.start - 10))
      guard let place = placement.place(end.name, .label, beside: point) else { continue }
      canvas.text(end.name, place.point, .label, end.paint, place.anchor, hasHalo: true)
    }
  }

  /// The parts of a curve above the lower end of the domain.
  static func clipped(_ points: [Point], to domain: ClosedRange<Double>) -> [[Point]] {
    var runs: [[Point]] = []
    var previous: Point?
    for point in points {
      let isInside = point.y >= domain.lowerBound
      if let previous, (previous.y >= domain.lowerBound) != isInside {
        let cut = crossing(previous, point, domain.lowerBound)
        if isInside { runs.append([cut]) } else { runs[runs.count - 1].append(cut) }
      } else if isInside, previous == nil {
        runs.append([])
      }
      if isInside { runs[runs.count - 1].append(point) }
      previous = point
    }
    return runs
  }

  /// The point where a line between two points reaches a level.
  ///
  /// The middle on the logarithmic axis is precise enough for curves with many points.
  private static func crossing(_ from: Point, _ to: Point, _ level: Double) -> Point {
    Point((from.x * to.x).squareRoot(), level)
  }

  func words(_ curves: [Curve], _ shown: [Choice]) -> String {
    let span = (clips.first ?? 0, clips.last ?? 0)
    let optimum = shown.first { $0.isOptimum }
    return "Error against the clip value from \(NumberText.short(span.0)) to "
      + "\(NumberText.short(span.1)), both axes logarithmic, with its clipping and rounding parts. "
      + (optimum.map {
        "The least is \(NumberText.short($0.error)) at \(NumberText.short($0.clip)). "
      } ?? "")
      + shown.filter { !$0.isOptimum }.map {
        "\($0.name): \(NumberText.short($0.error)) at \(NumberText.short($0.clip))"
      }.joined(separator: "; ")
  }
}
