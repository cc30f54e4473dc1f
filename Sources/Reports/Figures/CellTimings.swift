internal import Foundation
internal import ResultRecords
internal import TensorIO

/// The time that each estimator takes alone, from the `timings.csv` of a run.
package struct CellTimings: Sendable {
  private let seconds: [Row: [Double]]

  private struct Row: Hashable {
    let estimator: ExactName
    let granularity: String
  }

  /// Parses `timings.csv`; nil if a needed column is missing.
  package init?(_ text: String) {
    guard let rows = try? CSVText.rows(text), let header = rows.first,
      let estimator = header.firstIndex(of: "estimator"),
      let granularity = header.firstIndex(of: "granularity"),
      let time = header.firstIndex(of: "seconds_alone")
    else { return nil }
    seconds = rows.dropFirst().reduce(into: [:]) { seconds, cells in
      guard cells.count == header.count, let value = decimalNumber(cells[time]), value > 0 else {
        return
      }
      let row = Row(estimator: ExactName(cells[estimator]), granularity: cells[granularity])
      seconds[row, default: []].append(value)
    }
  }

  /// The geometric mean of the seconds over the cells of a granularity.
  func typical(_ estimator: String, granularity: String) -> Double? {
    seconds[Row(estimator: ExactName(estimator), granularity: granularity)].map { values in
      exp(values.reduce(0) { $0 + log($1) } / Double(values.count))
    }
  }
}
