internal import Foundation
internal import ResultAnalysis
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// The tables of a comparison, for all text formats.
struct ComparisonTables {
  /// The table of one axis.
  struct Table {
    let title: String
    let header: [String]
    let leftColumns: Int
    var rows: [[String]] = []
    var remarks: [String] = []
  }

  let comparison: ErrorComparison

  /// The word for a contender.
  var noun: String { comparison.errorTable.kind == .estimators ? "estimator" : "file" }

  /// All cells, then one table for each axis.
  var tables: [Table] {
    ErrorTableSlice.Axis.allCases.compactMap { axis in
      let slices = comparison.slices.filter { $0.slice.axis == axis }
      return slices.isEmpty ? nil : table(axis, slices)
    }
  }

  /// Remarks about a slice that explain missing values.
  func remarks(_ part: SliceComparison) -> [String] {
    let slice = part.slice
    let name = slice.axis == .all ? "" : "\(printable(slice.value)): "
    var remarks: [String] = []
    let most = max(part.comparisons.map(\.tensors).max() ?? 0, part.ranking.tensors)
    if most < ComparisonMethod.leastTensors {
      remarks.append(
        "\(name)Too few tensors for a test (\(most); \(ComparisonMethod.leastTensors) needed).")
    } else if most < ComparisonMethod.fewTensors && slice.axis == .all {
      remarks.append(
        "With \(most) tensors only large and consistent differences can be told from chance.")
    }
    let total = slice.cells.count
    let partial = Self.unranked(part)
    // A remark that holds for all cells is not repeated for each slice.
    let whole = comparison.slices.first.map(Self.unranked) ?? []
    if !partial.isEmpty && (slice.axis == .all || Self.unranked(part) != whole) {
      let list = partial.map { "\(printable($0.text)) (\(part.coverage[$0] ?? 0))" }.joined(
        separator: ", ")
      remarks.append(
        "\(name)Not ranked, for want of some of the \(counted(total, "cell")): \(list).")
    }
    let lossless = part.comparisons.filter { $0.lossless > 0 }.map {
      "\(printable($0.contender)) (\($0.lossless))"
    }
    if !lossless.isEmpty {
      remarks.append(
        "\(name)Cells without a ratio, because one of the two has no error: "
          + lossless.joined(separator: ", ") + ".")
    }
    return remarks
  }

  /// The contenders that have some of the cells of a slice but not all.
  private static func unranked(_ part: SliceComparison) -> [ExactName] {
    part.coverage.filter { $0.value > 0 && $0.value < part.slice.cells.count }.keys.sorted()
  }

  private func table(_ axis: ErrorTableSlice.Axis, _ slices: [SliceComparison]) -> Table {
    let isWhole = axis == .all
    let confidence = ComparisonFormat.percent(1 - comparison.method.level)
    var table = Table(
      title: isWhole ? "All cells" : "By \(axis.rawValue)",
      header: (isWhole ? [] : [axis.rawValue]) + [
        noun, "MSE ratio", "\(confidence) interval", "median", "wins", "ties", "losses", "p",
        "p, Holm", "mean rank", "tensors", "cells",
      ], leftColumns: isWhole ? 1 : 2)
    for part in slices {
      let ranks = Dictionary(
        part.ranking.entries.map { (ExactName($0.contender), $0.meanRank) },
        uniquingKeysWith: { $1 })
      func rank(_ name: String) -> String { ComparisonFormat.rank(ranks[ExactName(name)]) }
      var rows: [[String]] = []
      // With two contenders the row of the reference has no further information.
      let isShown = isWhole || comparison.errorTable.contenders.count > 2
      if isShown, let covered = part.coverage[ExactName(comparison.reference)], covered > 0 {
        rows.append(
          [printable(comparison.reference) + " *", "1"] + [String](repeating: "", count: 7)
            + [rank(comparison.reference), "\(part.slice.tensors.count)", "\(covered)"])
      }
      rows += part.comparisons.map { pair in
        [
          printable(pair.contender), ComparisonFormat.ratio(pair.ratio),
          ComparisonFormat.interval(pair.interval),
          ComparisonFormat.ratio(pair.medianRatio), "\(pair.wins)", "\(pair.ties)",
          "\(pair.losses)",
          ComparisonFormat.probability(pair.test?.pValue),
          ComparisonFormat.probability(pair.adjustedPValue), rank(pair.contender),
          "\(pair.tensors)",
          "\(pair.cells)",
        ]
      }
      let value = isWhole ? [] : [printable(part.slice.value)]
      table.rows += rows.enumerated().map { ($0 == 0 || isWhole ? value : [""]) + $1 }
      table.remarks += remarks(part)
    }
    return table
  }
}

/// The number formats of a comparison.
enum ComparisonFormat {
  /// A ratio with four digits, so that a change of a thousandth is visible.
  static func ratio(_ value: Double?) -> String {
    value.map { String(format: "%.4g", $0) } ?? "–"
  }

  static func interval(_ value: ClosedRange<Double>?) -> String {
    value.map { "\(ratio($0.lowerBound)) to \(ratio($0.upperBound))" } ?? "–"
  }

  static func probability(_ value: Double?) -> String {
    switch value {
    case nil: "–"
    case 0?: "0"
    case let value?: String(format: value < 0.001 ? "%.1e" : "%.3f", value)
    }
  }

  static func rank(_ value: Double?) -> String {
    value.map { String(format: "%.2f", $0) } ?? "–"
  }

  static func percent(_ value: Double) -> String { String(format: "%g %%", 100 * value) }
}
