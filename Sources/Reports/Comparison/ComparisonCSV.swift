package import ResultAnalysis
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// A comparison as CSV: one row for each slice and contender, including the reference.
///
/// Control characters in names are escaped, so that the table can be printed on a terminal.
package struct ComparisonCSV {
  private let comparison: ErrorComparison

  /// Prepares the table.
  package init(_ comparison: ErrorComparison) { self.comparison = comparison }

  /// The column names; later ones go at the end.
  package static let columns = [
    "axis", "value", "contender", "reference", "tensors", "cells", "lossless", "ratio",
    "interval_lower", "interval_upper", "median_ratio", "wins", "ties", "losses", "statistic", "p",
    "p_holm", "tests", "mean_rank",
  ]

  /// The table, with a newline after each line; missing values are empty.
  package var text: String {
    ([Self.columns] + comparison.slices.flatMap(rows))
      .map { ResultTable.line(cells: $0) + "\n" }.joined()
  }

  private func rows(_ part: SliceComparison) -> [[String]] {
    let slice = [part.slice.axis.rawValue, printable(part.slice.value)]
    let ranks = Dictionary(
      part.ranking.entries.map { (ExactName($0.contender), $0.meanRank) }, uniquingKeysWith: { $1 })
    let reference = printable(comparison.reference)
    let place = ExactName(comparison.reference)
    let own =
      slice + [reference, reference] + [
        "\(part.slice.tensors.count)", "\(part.coverage[place] ?? 0)",
      ]
    let empty = [String](repeating: "", count: Self.columns.count - own.count - 1)
    return [own + empty + [number(ranks[place])]]
      + part.comparisons.map { pair in
        slice + [
          printable(pair.contender), reference, "\(pair.tensors)", "\(pair.cells)",
          "\(pair.lossless)",
          number(pair.ratio), number(pair.interval?.lowerBound), number(pair.interval?.upperBound),
          number(pair.medianRatio), "\(pair.wins)", "\(pair.ties)", "\(pair.losses)",
          number(pair.test?.statistic), number(pair.test?.pValue), number(pair.adjustedPValue),
          "\(part.testCount)", number(ranks[ExactName(pair.contender)]),
        ]
      }
  }

  private func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
