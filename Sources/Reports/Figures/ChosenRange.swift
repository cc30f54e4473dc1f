internal import Foundation
internal import QuantizationCore
internal import ResultRecords

/// A range that one or more estimators chose for a tensor.
struct ChosenRange {
  /// The estimators, in the order of the records.
  var estimators: [String]
  /// The quantizer.
  let parameters: QuantizationParameters
  /// The mean squared error with this quantizer.
  let mse: Double
  /// The share of values beyond the range.
  let clippedFraction: Double

  /// The estimators in one text.
  var name: String { estimators.joined(separator: ", ") }

  /// The distance between the ends of the range.
  var width: Double { parameters.upper - parameters.lower }

  /// The different ranges on a grid, with all estimators of each; if there are more than `limit`,
  /// those with the least error and min-max.
  static func ranges(
    of records: [ResultRecord], on grid: CodeGrid, limit: Int
  ) -> [ChosenRange] {
    var ranges: [ChosenRange] = []
    for record in records where record.key.grid == grid {
      guard let parameters = record.parameters, let mse = record[.mse],
        let clippedFraction = record[.clippedFraction]
      else { continue }
      if let known = ranges.firstIndex(where: { $0.parameters == parameters }) {
        ranges[known].estimators.append(record.key.estimator)
      } else {
        ranges.append(
          ChosenRange(
            estimators: [record.key.estimator], parameters: parameters, mse: mse,
            clippedFraction: clippedFraction))
      }
    }
    guard ranges.count > limit else { return ranges }
    func rank(_ range: ChosenRange) -> Double {
      range.estimators.contains("minmax") ? -.infinity : range.mse
    }
    let kept = ranges.indices.sorted { (rank(ranges[$0]), $0) < (rank(ranges[$1]), $1) }
    return kept.prefix(limit).sorted().map { ranges[$0] }
  }

  /// A sentence with the number of ranges that are omitted; empty if there are none.
  static func omitted(
    _ records: [ResultRecord], on grid: CodeGrid, _ shown: [ChosenRange]
  ) -> String {
    let all = ranges(of: records, on: grid, limit: .max)
    let count = all.count - shown.count
    return count > 0
      ? "\(count) of \(all.count) ranges with larger errors \(count == 1 ? "is" : "are") not shown."
      : ""
  }
}
