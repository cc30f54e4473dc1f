internal import ResultAnalysis
internal import ResultRecords

/// Every row of a network in one setting, as a table that the script sorts.
struct NetworkRows {
  let board: NetworkBoard
  let id: String

  private var columns: [(title: String, sort: String)] {
    [("rule", "text"), ("bits", "number"), ("regret", "number")]
      + (board.hasLabels
        ? [
          ("right", "number"), ("accuracy", "number"), ("95\u{A0}% interval", "text"),
          ("lost", "number"), ("p", "number"),
        ] : []) + [
        ("agreement", "number"), ("SQNR, dB", "number"), ("bytes", "number"),
      ]
  }

  var markup: Markup {
    Markup("details", ["open": ""]) {
      Markup("summary") {
        board.rows.count == 1 ? "The row" : "All \(board.rows.count) rows"
      }
      Markup.scrolling(id, style: "rows sortable") {
        Markup.caption(id) {
          "Every rule at every width"
          Markup("span", ["class": "legend"]) { legend }
        }
        Markup("thead") {
          Markup("tr") {
            for column in columns {
              Markup("th", ["scope": "col", "data-sort": column.sort]) { column.title }
            }
          }
        }
        Markup("tbody") {
          for width in board.widths {
            for row in board.rows where row.key.bits == width.bits { line(row, width) }
          }
        }
      }
    }
  }

  private var legend: [Markup] {
    [Markup("b", ["class": "best"]) { "keeps most" }]
      + [
        .text(
          " of its width. Regret: on the tensors of the network. "
            + (board.hasLabels
              ? "Lost: percentage points of accuracy against float, with McNemar's exact p. " : "")
            + "Agreement: the same class as float. Bytes: of the file of the quantized model.")
      ]
  }

  private func line(_ row: NetworkRecord, _ width: NetworkWidth) -> Markup {
    let entry = width.entries.first { $0.record.key == row.key }
    let isBest = entry != nil && width.leader?.record.key == row.key
    return Markup("tr") {
      Markup("th", ["scope": "row"]) { Markup.breakable(row.key.estimator) }
      cell("\(row.key.bits)")
      if let entry {
        RegretCell(ratio: entry.ratio).markup(column: "regret")
        values(entry, isBest)
      } else {
        Markup("td", ["class": "prose skipped", "colspan": "\(columns.count - 2)"]) { row.status }
      }
    }
  }

  @MarkupBuilder private func values(_ entry: NetworkWidth.Entry, _ isBest: Bool) -> [Markup] {
    let figures = entry.figures
    let best = isBest ? "n best" : "n"
    if board.hasLabels {
      cell(figures.right.map { "\($0)" } ?? "–")
      cell(NetworkFormat.share(figures.accuracy), best)
      cell(NetworkFormat.interval(figures.interval))
      cell(NetworkFormat.points(figures.drop))
      cell(ComparisonFormat.probability(figures.pValue))
    }
    cell(NetworkFormat.share(figures.agreement))
    cell(NetworkFormat.decibels(figures.outputSqnrDb), board.hasLabels ? "n" : best)
    cell(NumberFormat.count(figures.bytes))
  }

  private func cell(_ text: String, _ style: String = "n") -> Markup {
    Markup("td", ["class": style]) { text }
  }
}
