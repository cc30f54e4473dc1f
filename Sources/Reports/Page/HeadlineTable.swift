internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The main table of a page: estimators against bit widths, or against calibration batches.
///
/// It is complete without script. The script sorts it. When cells are filtered, the script computes it
/// again from the tensor tables below, or from ``HeadlineSums`` if the page lacks some of them.
struct HeadlineTable {
  let experiment: ReportedExperiment
  private let axisColumns: [Column]
  private let whole: Column
  /// Sums for the script, if the page does not have the tables of all tensors.
  private let sums: HeadlineSums?

  /// The cells under one column.
  private struct Column {
    let id: String
    let title: String
    let cells: Leaderboard
    /// The rank of each estimator that was measured in every cell, from 0; equals share one.
    private let places: [ExactName: Int]

    init(_ id: String, _ title: String, _ cells: Leaderboard) {
      (self.id, self.title, self.cells) = (id, title, cells)
      places = cells.places
    }

    func isRanked(_ estimator: String) -> Bool { places[ExactName(estimator)] != nil }

    func cell(_ estimator: String) -> RegretCell {
      let rank: RegretCell.Rank =
        switch places[ExactName(estimator)] {
        case 0?: .best
        case 1?: .second
        default: .other
        }
      return RegretCell(ratio: cells.score(estimator).ratio, rank: rank)
    }
  }

  init(_ experiment: ReportedExperiment) {
    self.experiment = experiment
    let all = experiment.comparison
    axisColumns = experiment.columns.map { column in
      Column(column.id, column.title, all.filtered { column.contains($0) })
    }
    let chosen = experiment.isHeldOut ? all.filtered { $0.split != nil } : all
    whole = Column("whole", "all", chosen)
    sums = experiment.subject.shown.isWhole ? nil : HeadlineSums(experiment)
  }

  private var columns: [Column] { axisColumns + (experiment.isHeldOut ? [] : [whole]) }

  var markup: Markup {
    let id = experiment.prefix + "headline"
    return Markup.scrolling(id, style: "headline sortable") {
      Markup.caption("\(id)") { caption }
      Markup("thead") {
        Markup("tr") {
          Markup("th", ["scope": "col", "data-sort": "text"]) { "estimator" }
          for (index, column) in columns.enumerated() {
            let isSorted = experiment.isHeldOut ? index == 0 : column.id == "whole"
            Markup(
              "th",
              [
                "scope": "col", "data-sort": "number", "data-col": column.id,
                "aria-sort": isSorted ? "ascending" : nil,
              ]
            ) { column.title }
          }
          for title in ["worst", "clipping", "cells"] {
            Markup("th", ["scope": "col", "data-sort": "number", "data-col": title]) { title }
          }
        }
      }
      Markup("tbody") { for estimator in ordered { line(estimator) } }
    }
  }

  /// The estimators, best first in the column by which the table is sorted.
  private var ordered: [String] {
    guard experiment.isHeldOut, let first = axisColumns.first else { return experiment.estimators }
    func ratio(_ name: String) -> Double { first.cells.score(name).ratio ?? .infinity }
    return experiment.estimators.sorted {
      (ratio($0), ExactName($0)) < (ratio($1), ExactName($1))
    }
  }

  private func line(_ estimator: String) -> Markup {
    let score = whole.cells.score(estimator)
    let isPartial = !whole.isRanked(estimator)
    return Markup("tr", ["data-e": estimator, "data-sums": sums?.json(estimator)]) {
      Markup("th", ["scope": "row"]) {
        Markup.breakable(estimator)
        if isPartial { Markup("span", ["class": "dagger"]) { "†" } }
      }
      for column in columns { column.cell(estimator).markup(column: column.id) }
      RegretCell(ratio: score.worst).markup(column: "worst")
      Markup("td", ["data-col": "clipping"]) { NumberFormat.percent(score.clippingShare) }
      Markup("td", ["data-col": "cells", "data-v": "\(score.count)"]) {
        NumberFormat.count(score.count)
      }
    }
  }

  @MarkupBuilder private var caption: [Markup] {
    let tensors = experiment.comparison.tensors.count
    experiment.isHeldOut
      ? "Mean regret on held-out batches by number of calibration batches"
      : "Mean regret of each estimator at each bit width"
    Markup("span", ["class": "legend"]) {
      "Regret: how much more error than the certified optimum has; geometric mean over "
      "\(NumberFormat.counted(tensors, "tensor and its", "tensors and their")) settings. "
      Markup("b", ["class": "best"]) { "least" }
      ", "
      Markup("span", ["class": "second"]) { "next" }
      "; worst: the largest of any cell; clipping: mean share of the error from clipped values; "
      Markup("span", ["class": "dagger"]) { "†" }
      " not measured in every cell: ranked only in columns without gaps. Shades begin at "
      "\(RegretCell.shadeText)."
    }
  }
}
