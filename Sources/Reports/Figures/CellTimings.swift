internal import Foundation
internal import SwiftCSV

/// How long each estimator takes alone, as a run wrote it beside its results.
public struct CellTimings: Sendable {
  private let seconds: [Row: [Double]]

  private struct Row: Hashable {
    let estimator: String
    let granularity: String
  }

  /// Reads `timings.csv`; nothing where a column that is needed is not there.
  public init?(_ text: String) {
    guard let table = try? EnumeratedCSV(string: text, delimiter: .comma, loadColumns: false),
      let estimator = table.header.firstIndex(of: "estimator"),
      let granularity = table.header.firstIndex(of: "granularity"),
      let time = table.header.firstIndex(of: "seconds_alone")
    else { return nil }
    seconds = table.rows.reduce(into: [:]) { seconds, cells in
      guard cells.count == table.header.count, let value = Double(cells[time]), value > 0 else {
        return
      }
      let row = Row(estimator: cells[estimator], granularity: cells[granularity])
      seconds[row, default: []].append(value)
    }
  }

  /// The geometric mean over the cells of a granularity.
  func typical(_ estimator: String, granularity: String) -> Double? {
    seconds[Row(estimator: estimator, granularity: granularity)].map { values in
      exp(values.reduce(0) { $0 + log($1) } / Double(values.count))
    }
  }
}
