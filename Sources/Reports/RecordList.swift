internal import Foundation
internal import QuantizationCore
public import ResultRecords

/// A plain table of a few records, for a terminal.
public struct RecordList {
  private let records: [ResultRecord]

  /// Prepares the table, in the order given.
  public init(_ records: [ResultRecord]) { self.records = records }

  /// The table, with a newline after each line.
  public var text: String {
    var table = MarkdownTable(
      [
        "tensor", "estimator", "bits", "lower", "upper", "scale", "zero", "mse", "clipping",
        "SQNR, dB",
      ],
      leftColumns: 2)
    for record in records {
      let (key, metrics, parameters) = (record.key, record.metrics, record.parameters)
      let lanes = record.lanes == 1 ? "–" : "\(record.lanes) lanes"
      func short(_ value: Double?) -> String { value.map { String(format: "%.6g", $0) } ?? lanes }
      guard let metrics else {
        table.add(
          [key.tensor, key.estimator, "\(key.grid.bits)", "\(record.status)"]
            + [String](repeating: "", count: 6))
        continue
      }
      table.add([
        key.tensor, key.estimator, "\(key.grid.bits)", short(parameters?.lower),
        short(parameters?.upper), short(parameters.map { Double($0.scale) }),
        parameters.map { "\($0.zeroPoint)" } ?? lanes, String(format: "%.6g", metrics.mse),
        NumberFormat.percent(metrics.mse > 0 ? metrics.clippingMSE / metrics.mse : 0),
        NumberFormat.decibels(metrics.sqnrInDecibels),
      ])
    }
    return table.text
  }
}
