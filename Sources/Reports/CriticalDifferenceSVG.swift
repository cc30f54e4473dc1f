internal import Foundation
internal import Figures
internal import ResultAnalysis

/// A critical-difference diagram as SVG: the same bytes for the same ranking.
///
/// Labels stand on either side, better half to the left, as Demšar drew it. Colours follow the
/// reader's light or dark theme; the background is drawn, so the figure never vanishes.
extension CriticalDifferenceDiagram {
  /// The document, with a newline at the end.
  public var svg: String {
    let layout = Layout(self)
    let parts = [axis(layout), ruler(layout), stems(layout), bars(layout), footer(layout)]
    return """
      <svg xmlns="http://www.w3.org/2000/svg"\(XMLText.attributes([
        "viewBox": "0 0 \(layout.width) \(layout.height)", "width": "\(layout.width)",
        "height": "\(layout.height)", "class": "cd", "role": "img", "aria-labelledby": "title description",
      ]))>
      <title id="title">Critical-difference diagram</title>
      <desc id="description">\(XMLText.escaped(words))</desc>
      <style>
      \(Self.rules(light: true, below: ""))
      .cd .line { stroke-width: 1; fill: none; } .cd .bar { stroke-width: 5; stroke-linecap: round; }
      @media screen and (prefers-color-scheme: dark) {
      \(Self.rules(light: false, below: ""))
      }
      @media screen {
      \(Self.rules(light: true, below: "[data-theme=light] "))
      \(Self.rules(light: false, below: "[data-theme=dark] "))
      }
      </style>
      <rect class="paper" width="100%" height="100%"/>
      \(parts.joined())</svg>

      """
  }

  /// Colours below the root only, so that the figure leaves a page it stands in alone; the page may say
  /// which theme it has.
  private static func rules(light isLight: Bool, below page: String) -> String {
    let (ink, soft, bar, paper) =
      isLight
      ? ("#1b1b1b", "#555", "#0b5cad", "#fff") : ("#eee", "#bbb", "#7db8f0", "#16181c")
    return """
      \(page).cd text { font: 13px sans-serif; fill: \(ink); }
      \(page).cd .small { font-size: 11px; fill: \(soft); }
      \(page).cd .line { stroke: \(ink); } \(page).cd .bar { stroke: \(bar); }
      \(page).cd .paper { fill: \(paper); }
      """
  }

  /// The ranks and the groups, for readers who cannot see them.
  var words: String {
    let ranks = entries.map { "\($0.contender) \(ContestFormat.rank($0.meanRank))" }
    let joined = groups.map { group in entries[group].map(\.contender).joined(separator: ", ") }
    return "Mean ranks: \(ranks.joined(separator: "; ")). "
      + (joined.isEmpty
        ? "All pairs differ." : "Not told apart: \(joined.joined(separator: "; ")).")
  }

  private func axis(_ layout: Layout) -> String {
    let y = layout.axisY
    let ticks = (1...max(2, entries.count)).map { rank -> String in
      let x = layout.x(Double(rank))
      let isLabelled = rank == 1 || rank.isMultiple(of: layout.labelStep)
      return SVGMark.line([(x, y - (isLabelled ? 6 : 3)), (x, y)])
        + (isLabelled ? SVGMark.text("\(rank)", x, y - 10, anchor: "middle") : "")
    }
    let ends = [(layout.x(1), y), (layout.x(Double(max(2, entries.count))), y)]
    return SVGMark.line(ends) + ticks.joined()
  }

  /// The critical difference to scale.
  private func ruler(_ layout: Layout) -> String {
    let room = Double(max(1, entries.count - 1))
    let label = "CD = \(ContestFormat.rank(criticalDifference)) (Nemenyi)"
    guard criticalDifference <= room else {
      return SVGMark.text(
        label + ", longer than the axis", layout.x(1), 20, anchor: "start", style: "small")
    }
    let (left, right) = (layout.x(1), layout.x(1 + criticalDifference))
    return SVGMark.line([(left, 26), (left, 32), (left, 29), (right, 29), (right, 26), (right, 32)])
      + SVGMark.text(label, left, 20, anchor: "start", style: "small")
  }

  private func stems(_ layout: Layout) -> String {
    entries.enumerated().map { index, entry in
      let x = layout.x(entry.meanRank)
      let (isLeft, row) = layout.side(index)
      let y = layout.labelY(row)
      let end = isLeft ? layout.leftEdge : layout.rightEdge
      let text = "\(entry.contender)  \(ContestFormat.rank(entry.meanRank))"
      return SVGMark.line([(x, layout.axisY), (x, y), (end, y)])
        + SVGMark.text(
          text, isLeft ? end - 6 : end + 6, y + 4, anchor: isLeft ? "end" : "start")
    }.joined()
  }

  private func bars(_ layout: Layout) -> String {
    zip(groups, layout.barRows).map { group, row in
      let y = layout.axisY + 14 + 11 * Double(row)
      let ends = [group.lowerBound, group.upperBound - 1].map {
        layout.x(entries[$0].meanRank)
      }
      return SVGMark.line([(ends[0] - 3, y), (ends[1] + 3, y)], style: "bar")
    }.joined()
  }

  private func footer(_ layout: Layout) -> String {
    SVGMark.text(
      caption, Double(layout.width) / 2, Double(layout.height) - 12, anchor: "middle",
      style: "small")
  }
}

/// Where things stand, in pixels.
private struct Layout {
  let width: Int
  let height: Int
  let axisY = 62.0
  let leftEdge: Double
  let rightEdge: Double
  let labelStep: Int
  /// The row of each bar; bars that overlap are in different rows.
  let barRows: [Int]
  private let count: Int
  private let left: Int
  private let firstLabelY: Double

  init(_ diagram: CriticalDifferenceDiagram) {
    count = max(2, diagram.entries.count)
    left = (diagram.entries.count + 1) / 2
    // A wide sans-serif letter of 13 pixels is 8 wide; names are estimated rather too wide.
    let names = diagram.entries.map { Double($0.contender.count + 6) * 7.6 }
    leftEdge = 16 + (names.prefix(left).max() ?? 0)
    let axis = max(260, min(640, Double(60 * (count - 1))))
    rightEdge = leftEdge + axis + 48
    let caption = Double(diagram.caption.count) * 6.2 + 32
    width = Int(max(caption, rightEdge + 16 + (names.dropFirst(left).max() ?? 0)).rounded(.up))
    labelStep = count > 20 ? 5 : 1
    var rows: [Int] = []
    var ends: [Double] = []
    for group in diagram.groups {
      let start = diagram.entries[group.lowerBound].meanRank
      let end = diagram.entries[group.upperBound - 1].meanRank
      let row = ends.firstIndex { $0 < start - 0.1 } ?? ends.count
      if row == ends.count { ends.append(end) } else { ends[row] = end }
      rows.append(row)
    }
    barRows = rows
    firstLabelY = axisY + 30 + 11 * Double(ends.count)
    height = Int(firstLabelY) + 22 * left + 30
  }

  func x(_ rank: Double) -> Double {
    leftEdge + 24 + (rightEdge - leftEdge - 48) * (rank - 1) / Double(count - 1)
  }

  /// The side of a label and its row: the best and the worst are outermost on top.
  func side(_ index: Int) -> (isLeft: Bool, row: Int) {
    index < left ? (true, index) : (false, max(0, count - 1 - index))
  }

  func labelY(_ row: Int) -> Double { firstLabelY + 22 * Double(row) }
}

/// The few marks a diagram is made of; coordinates have two decimals at most.
private enum SVGMark {
  static func line(_ points: [(Double, Double)], style: String = "line") -> String {
    let path = points.enumerated().map { index, point in
      (index == 0 ? "M" : "L") + "\(number(point.0)) \(number(point.1))"
    }
    return "<path\(XMLText.attributes(["class": style, "d": path.joined()]))/>\n"
  }

  static func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String, style: String? = nil
  ) -> String {
    let position = XMLText.attributes([
      "x": number(x), "y": number(y), "text-anchor": anchor,
    ])
    let styled = style.map { XMLText.attributes(["class": $0]) } ?? ""
    return "<text\(position)\(styled)>\(XMLText.escaped(text))</text>\n"
  }

  private static func number(_ value: Double) -> String {
    let rounded = (100 * value).rounded() / 100
    return rounded == rounded.rounded() ? String(format: "%.0f", rounded) : "\(rounded)"
  }
}
