internal import ResultAnalysis

/// The comparison of every estimator with the best one, tensor by tensor: the evidence for the
/// verdict.
struct PairedSection {
  let experiment: ReportedExperiment

  var markup: Markup? {
    var method = ComparisonMethod()
    method.reference = experiment.leader
    guard
      let comparison = try? ErrorComparison(
        ErrorTable(estimatorsOf: experiment.decisive), method: method),
      let table = ComparisonTables(comparison: comparison).tables.first
    else { return nil }
    let id = experiment.prefix + "paired"
    return Markup("section", ["class": "paired", "aria-labelledby": id]) {
      experiment.heading("Paired comparison", id: "paired")
      Markup("p") {
        "Every estimator against "
        Markup.name(comparison.reference)
        ", which has the least mean regret: the cells of a tensor are averaged"
        experiment.isHeldOut ? ", each held-out choice of batches a cell of its own," : ""
        " and every tensor counts once. Below 1 is less error."
      }
      Markup("details") {
        Markup("summary") {
          table.rows.count == 1 ? "The estimator" : "All \(table.rows.count) estimators"
        }
        Markup.scrolling("\(id)-table", style: "contest sortable") { content(table, id: id) }
        if !table.remarks.isEmpty {
          Markup("ul", ["class": "remarks"]) {
            for remark in table.remarks { Markup("li") { remark } }
          }
        }
      }
    }
  }

  @MarkupBuilder private func content(_ table: ComparisonTables.Table, id: String) -> [Markup] {
    Markup.caption("\(id)-table") {
      "MSE relative to the reference (marked with an asterisk), over all cells"
    }
    Markup("thead") {
      Markup("tr") {
        for (index, title) in table.header.enumerated() {
          Markup("th", ["scope": "col", "data-sort": index == 0 ? "text" : "number"]) { title }
        }
      }
    }
    Markup("tbody") {
      for row in table.rows {
        Markup("tr") {
          for (index, cell) in row.enumerated() {
            if index == 0 {
              Markup("th", ["scope": "row"]) { name(cell) }
            } else {
              Markup("td", ["class": "n"]) { cell }
            }
          }
        }
      }
    }
  }

  /// The name of a contender, with the asterisk of the reference.
  @MarkupBuilder private func name(_ cell: String) -> [Markup] {
    if cell.hasSuffix(" *") {
      Markup.name(String(cell.dropLast(2)))
      " *"
    } else {
      Markup.name(cell)
    }
  }
}
