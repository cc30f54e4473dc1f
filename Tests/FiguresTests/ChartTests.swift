import _TestSupport
import Figures
import Testing

/// Every chart on data that is awkward: nothing, one point, all equal, huge, infinite, hostile.
@Suite struct ChartTests {
  private static let hostile = "<b>&\"']]> x"
  private static let long = String(repeating: "very-long-estimator-name[p=1]", count: 8)
  private static let awkward: [[Double]] = [
    [], [1], [3, 3, 3], [1e-300, 1e300], [-1e308, 0, 1e308], [.infinity, 1, -.infinity],
    [.nan, .nan], [0, 0], [1, 2, 3, 4, 5], [-5, -4],
    [.leastNonzeroMagnitude, .leastNormalMagnitude], [1e15, 1e15 + 1],
  ]

  private func heading(_ name: String, title: String = "A title") -> FigureHeading {
    FigureHeading(name: name, title: title, note: "with a note, n = 3")
  }

  private func names(_ count: Int) -> [String] {
    (0..<count).map { index in
      switch index {
      case 1: Self.hostile
      case 2: Self.long
      default: "estimator-\(index)[p=99.\(index)]"
      }
    }
  }

  @Test("histograms", arguments: [Scale.Kind.linear, .symlog(threshold: 0.01)])
  func histograms(_ spacing: Scale.Kind) throws {
    for values in Self.awkward {
      for count in [0, 1, 7, 35] {
        let brackets = names(count).enumerated().map { index, name in
          RangeHistogram.Bracket(
            name: name, lower: values.isEmpty ? -1 : values[index % values.count],
            upper: values.last ?? Double(index), clippedFraction: 0.5 / Double(index + 1),
            isEmphasized: index == 0)
        }
        let chart = RangeHistogram(
          heading: heading("histogram"), edges: values, counts: values.map { abs($0) },
          brackets: brackets, spacing: spacing)
        try expectSound(chart.figure)
        #expect(chart.figure.svg == chart.figure.svg)
      }
    }
  }

  @Test("a bracket says its range and what it clips, where there is room")
  func brackets() throws {
    let bracket = RangeHistogram.Bracket(
      name: "mse", lower: -1.2, upper: 1.3, clippedFraction: 0.003)
    #expect(bracket.label == "mse [−1.2, 1.3], clips 0.3 %")
    let figure = RangeHistogram(
      heading: heading("one"), edges: [-2, 0, 2], counts: [10, 20], brackets: [bracket]
    ).figure
    let label = try #require(try SVGDocument(figure.svg).labels.first { $0.text == bracket.label })
    // The bracket is wide enough for its label to stand in the middle of it: at 0.05 of -2 to 2.
    let middle = (label.corners[0].x + label.corners[1].x) / 2
    #expect(abs(middle - 410) < 12, "\(middle)")
  }

  @Test("error curves")
  func errorCurves() throws {
    for values in Self.awkward {
      for count in [0, 1, 12, 35] {
        let chart = ErrorCurve(
          heading: heading("curve"), clips: values, clipping: values.reversed(),
          rounding: values.map { abs($0) },
          choices: names(count).enumerated().map { index, name in
            ErrorCurve.Choice(
              name: name, clip: values.isEmpty ? 1 : values[index % values.count],
              error: values.first ?? 1, isOptimum: index == 0)
          })
        try expectSound(chart.figure)
      }
    }
  }

  @Test("choices at the same place are told apart")
  func sameChoice() throws {
    let clips = (1...50).map { Double($0) / 10 }
    let chart = ErrorCurve(
      heading: heading("same"), clips: clips, clipping: clips.map { 1 / $0 }, rounding: clips,
      choices: (0..<9).map { ErrorCurve.Choice(name: "choice \($0)", clip: 1, error: 2) })
    try expectSound(chart.figure)
    let texts = try SVGDocument(chart.figure.svg).labels.map(\.text)
    #expect((0..<9).allSatisfy { texts.contains("choice \($0)") })
  }

  @Test("lines in one panel and in several", arguments: [1, 2, 5])
  func lines(panels: Int) throws {
    for values in Self.awkward {
      for count in [0, 1, 6, 35] {
        let series = names(count).enumerated().map { index, name in
          LineChart.Series(
            name: name,
            points: values.enumerated().map { Point(Double($0), $1 + Double(index)) })
        }
        for kind in [Scale.Kind.linear, .log, .symlog(threshold: 1)] {
          let chart = LineChart(
            heading: heading("lines"),
            panels: (0..<panels).map { LineChart.Panel(title: "panel \($0)", series: series) },
            xAxis: LineChart.Axis(title: "bits"),
            yAxis: LineChart.Axis(title: "regret", kind, including: [0]),
            emphasized: Array(names(count).prefix(6)))
          try expectSound(chart.figure)
        }
      }
    }
  }

  @Test("panels of points", arguments: [0, 1, 3])
  func points(panels: Int) throws {
    for values in Self.awkward {
      for count in [0, 1, 35] {
        let entries = names(count).enumerated().map { index, name in
          ScatterPanels.Entry(
            name: name, x: values.isEmpty ? 1 : values[index % values.count],
            y: values.isEmpty ? 1 : values[(index / 2) % values.count],
            isEmphasized: index.isMultiple(of: 3))
        }
        for kind in [Scale.Kind.linear, .log, .symlog(threshold: 1)] {
          let chart = ScatterPanels(
            heading: heading("points", title: Self.long),
            panels: (0..<panels).map {
              ScatterPanels.Panel(title: "panel \($0)", note: Self.long, entries: entries)
            },
            xAxis: LineChart.Axis(title: "regret", .symlog(threshold: 1), including: [0]),
            yAxis: LineChart.Axis(title: "loss", kind))
          try expectSound(chart.figure)
        }
      }
    }
  }

  @Test("heatmaps of 35 rows and 15 columns, and of none")
  func heatmaps() throws {
    for (rows, columns) in [(0, 0), (1, 1), (35, 15), (3, 40), (5, 0)] {
      let values = (0..<rows).map { row in
        (0..<columns).map { column -> Double? in
          let cells = [1, 1.5, 3.3, 22, 5e7, .infinity, nil, .nan, -4]
          return cells[(row * 7 + column) % cells.count]
        }
      }
      let chart = Heatmap(
        heading: heading("heat", title: Self.long), rows: names(rows), columns: names(columns),
        values: values, domain: 1...10, spacing: .log, valueTitle: "ratio")
      try expectSound(chart.figure)
    }
  }

  @Test("shares, with what is no share left out")
  func shares() throws {
    for (rows, panels) in [(0, 0), (1, 1), (35, 6), (3, 2)] {
      let chart = StackedShares(
        heading: heading("shares"), rows: names(rows),
        panels: (0..<panels).map { panel in
          let shares = (0..<rows).map { row -> Double? in
            row == 4 ? nil : row == 5 ? .nan : Double(row) / Double(max(1, rows - 1))
          }
          return StackedShares.Panel(title: "\(panel) bits", shares: shares)
        })
      try expectSound(chart.figure)
    }
  }

  @Test("scales of lanes, by index and sorted", arguments: [LaneScales.Order.index, .sorted])
  func lanes(_ order: LaneScales.Order) throws {
    for values in Self.awkward + [(0..<1000).map { 1 / (1 + Double($0 * 37 % 1000)) }] {
      let chart = LaneScales(
        heading: heading("lanes"),
        estimators: names(4).map { (name: $0, scales: values) }, order: order)
      try expectSound(chart.figure)
    }
  }

  @Test("quality against cost")
  func costs() throws {
    for values in Self.awkward {
      for count in [0, 1, 35] {
        let chart = CostScatter(
          heading: heading("cost"),
          entries: names(count).enumerated().map { index, name in
            CostScatter.Entry(
              name: name, cost: values.isEmpty ? 1 : values[index % values.count],
              loss: Double(index % 5) + 1)
          }, costTitle: "ms", lossTitle: "loss")
        try expectSound(chart.figure)
      }
    }
  }

  @Test("the Pareto front has what nothing beats in both, cheapest first")
  func front() {
    let entries = [
      ("a", 1.0, 5.0), ("b", 2, 3), ("c", 3, 4), ("d", 4, 1), ("e", 4, 2), ("f", 2, 3),
    ]
    .map { CostScatter.Entry(name: $0.0, cost: $0.1, loss: $0.2) }
    let chart = CostScatter(
      heading: heading("front"), entries: entries, costTitle: "s", lossTitle: "loss")
    #expect(chart.front.map(\.name) == ["a", "b", "d"])
  }

  @Test("markup in names is text")
  func escaped() throws {
    let chart = StackedShares(
      heading: heading("markup", title: Self.hostile), rows: [Self.hostile],
      panels: [StackedShares.Panel(title: "4 bits", shares: [0.5])])
    let document = try SVGDocument(chart.figure.svg)
    #expect(document.labels.contains { $0.text == Self.hostile })
    #expect(document.elements[1].text == Self.hostile && document.named("b").isEmpty)
  }
}
