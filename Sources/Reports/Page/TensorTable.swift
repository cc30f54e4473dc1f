internal import Foundation
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The table of one tensor: estimators and settings down, bit widths or choices of batches across.
///
/// A cell holds its regret, SQNR, clipping share and MSE; the page shows one of them at a time.
struct TensorTable {
  let experiment: ReportedExperiment
  let tensor: String
  let id: String
  let records: [ResultRecord]

  /// The properties that the cells of a column share.
  private struct Column: Hashable {
    let bits: BitWidth?
    let split: CalibrationSplit?

    /// The corresponding column of the headline table.
    var headline: String {
      if let bits { return "b\(bits)" }
      return split.map { "c\($0.calibration.count)" } ?? "all"
    }

    var title: String {
      if let bits { return "\(bits) bits" }
      guard let batches = split?.calibration else { return "all batches" }
      return batches.count == 1 ? "batch \(batches.last)" : "batches \(batches)"
    }
  }

  /// The properties that the cells of a row share.
  private struct Row: Hashable {
    let estimator: ExactName
    let family: GridFamily
    let granularity: Granularity
    let bits: BitWidth?
  }

  private func place(_ key: ResultRecord.Key) -> (Row, Column) {
    let held = experiment.isHeldOut
    return (
      Row(
        estimator: key.estimatorName, family: key.grid.family, granularity: key.granularity,
        bits: held ? key.grid.bits : nil),
      Column(bits: held ? nil : key.grid.bits, split: key.split)
    )
  }

  var markup: Markup {
    var cells: [Row: [Column: ResultRecord]] = [:]
    for record in records {
      let (row, column) = place(record.key)
      cells[row, default: [:]][column] = record
    }
    let columns = Set(cells.values.flatMap(\.keys)).sorted(by: Self.order)
    let rows = ordered(Array(cells.keys))
    let best = bests
    return Markup.scrolling(id, style: "cells sortable") {
      Markup.caption("\(id)") { "Every cell of \(tensor)" }
      Markup("thead") { header(columns) }
      Markup("tbody") {
        for row in rows {
          Markup(
            "tr",
            [
              "data-e": row.estimator.text, "data-f": row.family.title,
              "data-g": row.granularity.description, "data-b": row.bits.map { "\($0)" },
            ]
          ) {
            Markup("th", ["scope": "row"]) { Markup.breakable(row.estimator.text) }
            Markup("td", ["class": "set"]) { setting(row) }
            for column in columns {
              cell(cells[row]?[column], best)
            }
          }
        }
      }
    }
  }

  @MarkupBuilder private func header(_ columns: [Column]) -> [Markup] {
    Markup("tr") {
      Markup("th", ["scope": "col", "data-sort": "text"]) { "estimator" }
      Markup("th", ["scope": "col", "data-sort": "text"]) { "setting" }
      for column in columns {
        Markup(
          "th",
          [
            "scope": "col", "data-sort": "number", "data-col": column.headline,
            "data-b": column.bits.map { "\($0)" },
          ]
        ) { column.title }
      }
    }
  }

  private func setting(_ row: Row) -> String {
    "\(row.granularity), \(row.family.title)" + (row.bits.map { ", \($0) bits" } ?? "")
  }

  /// Regret, SQNR, clipping share and MSE; one word if nothing was measured.
  private func cell(_ record: ResultRecord?, _ best: [PartialKey: Double]) -> Markup {
    guard let record, let mse = record[.mse] else {
      let word: String? =
        switch record?.status {
        case .failed?: "failed"
        case .skipped?: "skipped"
        default: nil
        }
      return Markup("td", ["class": word ?? "none"]) { word ?? "–" }
    }
    let ratio = experiment.comparison.ratio(record)
    let cell = RegretCell(
      ratio: ratio, rank: Leaderboard.isSame(ratio, best[Self.group(record.key)]) ? .best : .other,
      otherwise: mse == 0 ? "exact" : "∞")
    let clipping = record.clippingShare.map { String(format: "%.6g", 100 * $0) }
    return Markup("td", ["class": cell.style, "data-v": cell.value, "data-c": clipping]) {
      for measure in CellMeasure.allCases { Markup("i") { measure.text(record, cell) } }
    }
  }

  /// The key of the cells in which estimators are compared.
  private static func group(_ key: ResultRecord.Key) -> PartialKey {
    key.without(.subject, .estimator)
  }

  /// The least ratio of each group.
  private var bests: [PartialKey: Double] {
    records.reduce(into: [:]) { bests, record in
      guard let ratio = experiment.comparison.ratio(record) else { return }
      let group = Self.group(record.key)
      bests[group] = min(bests[group] ?? .infinity, ratio)
    }
  }

  private static func order(_ left: Column, _ right: Column) -> Bool {
    if let left = left.bits, let right = right.bits { return left < right }
    guard let first = left.split else { return false }
    return right.split.map { first < $0 } ?? true
  }

  /// Sorts settings as in other tables, then estimators as in the headline table.
  private func ordered(_ rows: [Row]) -> [Row] {
    let ranks = Dictionary(
      experiment.estimators.enumerated().map { (ExactName($1), $0) },
      uniquingKeysWith: { first, _ in first })
    func key(_ row: Row) -> [Int] {
      [
        experiment.granularities.firstIndex(of: row.granularity) ?? .max,
        row.family.rank, row.bits?.count ?? 0,
        ranks[row.estimator] ?? .max,
      ]
    }
    return rows.map { (key: key($0), row: $0) }.sorted {
      $0.key == $1.key
        ? $0.row.estimator < $1.row.estimator : $0.key.lexicographicallyPrecedes($1.key)
    }.map(\.row)
  }
}
