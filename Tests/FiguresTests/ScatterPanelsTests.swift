import Figures
import Testing
import _TestSupport

@Suite("Panels of points")
struct ScatterPanelsTests {
  private func chart(_ entries: [ScatterPanels.Entry], panels: Int = 3) -> ScatterPanels {
    ScatterPanels(
      heading: FigureHeading(name: "s", title: "T"),
      panels: (0..<panels).map { .init(title: "panel \($0)", note: "note", entries: entries) },
      xAxis: .init(title: "x", .symlog(threshold: 1), including: [0]),
      yAxis: .init(title: "y", .log))
  }

  private let entries = [
    ScatterPanels.Entry(name: "best", x: 0, y: 0.01, isEmphasized: true),
    ScatterPanels.Entry(name: "plain", x: 40, y: 0.5),
    ScatterPanels.Entry(name: "nowhere", x: .nan, y: 0.5),
    ScatterPanels.Entry(name: "below", x: 4, y: 0),
  ]

  @Test func `each point is a mark with its numbers; those an axis cannot show are left out`() {
    let svg = chart(entries).figure.svg
    #expect(svg == chart(entries).figure.svg)
    for words in ["best: x 0, y 0.01", "plain: x 40, y 0.5"] {
      #expect(svg.ranges(of: "<title>\(words)</title>").count == 3, "\(words)")
    }
    #expect(!svg.contains("nowhere") && !svg.contains("below"))
    #expect(!svg.contains(">−"), "no number below zero on an axis from zero")
  }

  @Test func `the description names what is emphasized`() {
    let words = chart(entries, panels: 1).figure.description
    #expect(words == "y against x. panel 0: 2 points, note; best (0, 0.01).")
  }

  @Test func `no points are an empty plot`() {
    #expect(chart([], panels: 2).figure.svg.contains("panel 1"))
    #expect(chart([], panels: 0).figure.svg.hasSuffix("</svg>\n"))
  }
}
