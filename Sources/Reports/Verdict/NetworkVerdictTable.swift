internal import ResultAnalysis
internal import ResultRecords

/// The verdict about networks as a table: a line for each network and width.
struct NetworkVerdictTable {
  let verdict: NetworkVerdict
  /// The prefix of ids in this part of the page.
  let prefix: String

  private var hasLabels: Bool { verdict.rows.contains { $0.leader.figures.right != nil } }

  private var columns: [String] {
    ["network", "width", "keeps most"]
      + (hasLabels
        ? ["right", "accuracy, 95\u{A0}% interval", "lost", "p against float"] : ["agreement"])
      + ["SQNR, dB"] + (hasLabels ? ["not told apart"] : [])
  }

  var markup: Markup {
    let id = prefix + "network-leaders"
    return Markup.scrolling(id, style: "leaders networks") {
      Markup.caption(id) {
        "What keeps most of each network"
        Markup("span", ["class": "legend"]) { legend }
      }
      Markup("thead") {
        Markup("tr") { for title in columns { Markup("th", ["scope": "col"]) { title } } }
      }
      Markup("tbody") { for row in verdict.rows { line(row) } }
    }
  }

  private var legend: String {
    guard hasLabels else {
      return "Without labels: by the signal-to-noise ratio of the outputs against the float "
        + "network's."
    }
    return "Lost: percentage points of accuracy against float, with McNemar's exact p. Not told "
      + "apart: how many of the others have an interval that overlaps. The best was chosen on the "
      + "same samples, which flatters it a little."
  }

  private func line(_ row: NetworkVerdict.Row) -> Markup {
    let figures = row.leader.figures
    return Markup("tr") {
      Markup("th", ["scope": "row"]) { Markup.name(row.model) }
      Markup("td") { "\(row.bits) bits" }
      Markup("td") {
        Markup("strong") { Markup.breakable(row.leader.name) }
        if let setting = row.setting { ", \(setting.title)" }
      }
      if hasLabels {
        cell(figures.right.map { "\($0) of \(figures.samples)" } ?? "–")
        cell(
          "\(NetworkFormat.share(figures.accuracy)) (\(NetworkFormat.interval(figures.interval)))")
        cell(NetworkFormat.points(figures.drop))
        cell(ComparisonFormat.probability(figures.pValue))
      } else {
        cell(NetworkFormat.share(figures.agreement))
      }
      cell(NetworkFormat.decibels(figures.outputSqnrDb))
      if hasLabels {
        cell(row.taking == 1 ? "–" : "\(row.level) of \(row.taking - 1)")
      }
    }
  }

  private func cell(_ text: String) -> Markup { Markup("td", ["class": "n"]) { text } }
}
