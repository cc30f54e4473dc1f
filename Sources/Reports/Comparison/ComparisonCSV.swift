package import ResultAnalysis
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// A comparison as CSV: one row for each slice and contender, including the reference.
///
/// Control characters in names are escaped, so that the table can be printed on a terminal.
package struct ComparisonCSV {
  private let comparison: ErrorComparison
  private let networks: NetworkComparison?

  /// Prepares the table.
  ///
  /// - Parameter networks: The rows of networks of several files, if there are some. Each is a row of the
  ///   axis `network`, with ``networkColumns`` at the end of all rows.
  package init(_ comparison: ErrorComparison, networks: NetworkComparison? = nil) {
    (self.comparison, self.networks) = (comparison, networks)
  }

  /// The column names; later ones go at the end.
  package static let columns = [
    "axis", "value", "contender", "reference", "tensors", "cells", "lossless", "ratio",
    "interval_lower", "interval_upper", "median_ratio", "wins", "ties", "losses", "statistic", "p",
    "p_holm", "tests", "mean_rank",
  ]

  /// The columns that the table has too if there are rows of networks.
  package static let networkColumns = [
    "reference_accuracy", "accuracy", "accuracy_difference", "intervals_apart",
    "reference_sqnr_db", "sqnr_db", "sqnr_difference",
  ]

  /// The table, with a newline after each line; missing values are empty.
  package var text: String {
    let rows = comparison.slices.flatMap(rows)
    guard let networks else { return Self.lines([Self.columns] + rows) }
    let empty = [String](repeating: "", count: Self.networkColumns.count)
    return Self.lines(
      [Self.columns + Self.networkColumns] + rows.map { $0 + empty }
        + networks.pairs.map { row($0, networks.reference) })
  }

  private static func lines(_ rows: [[String]]) -> String {
    rows.map { ResultTable.line(cells: $0) + "\n" }.joined()
  }

  private func row(_ pair: NetworkComparison.Pair, _ reference: String) -> [String] {
    ["network", printable("\(pair.key)"), printable(pair.contender), printable(reference)]
      + [String](repeating: "", count: Self.columns.count - 4)
      + [
        number(pair.from.accuracy), number(pair.to.accuracy), number(pair.accuracyChange),
        pair.isApart.map { "\($0)" } ?? "", number(pair.from.outputSqnrDb),
        number(pair.to.outputSqnrDb), number(pair.sqnrChange),
      ]
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
