internal import Foundation
internal import QuantizationCore
package import ResultRecords
internal import TensorIO

/// A plain table of a few records for a terminal, with failures below it.
package struct RecordList {
  private let records: [ResultRecord]
  private let showsRegret: Bool
  private let showsSplit: Bool
  /// Whether the bit width alone does not identify the number format.
  private let showsFormat: Bool

  /// Prepares the table, in the order given.
  package init(_ records: [ResultRecord]) {
    self.records = records
    showsRegret = records.contains { $0.regret != nil }
    showsSplit = records.contains { $0.key.split != nil }
    let families = Set(records.map(\.key.grid.family))
    showsFormat = families.count > 1 || families.contains { !GridFamily.integers.contains($0) }
  }

  /// The table and the remarks, with a newline after each line.
  package var text: String {
    var table = MarkdownTable(
      [
        "tensor", "estimator", showsFormat ? "codes" : "bits", "lower", "upper", "scale",
        "zero point", Metric.mse.facts.title, "clipping", Metric.sqnr.facts.title,
      ] + (showsRegret ? ["regret"] : []) + (showsSplit ? ["calibrated on", "measured on"] : []),
      leftColumns: 2)
    let measured = records.filter(\.isMeasured)
    for record in measured { table.add(cells(record)) }
    let isEmpty = measured.isEmpty
    return (isEmpty ? "" : table.text) + remarks.map { $0 + "\n" }.joined()
  }

  private func cells(_ record: ResultRecord) -> [String] {
    let lanes = counted(record.lanes, "lane")
    func short(_ value: Double?) -> String { value.map { String(format: "%.6g", $0) } ?? lanes }
    let (key, parameters) = (record.key, record.parameters)
    return [
      printable(key.subject.description), printable(key.estimator),
      showsFormat ? "\(key.grid)" : "\(key.grid.bits)", short(parameters?.lower),
      short(parameters?.upper), short(parameters.map { Double($0.scale) }),
      parameters.map { "\($0.zeroPoint)" } ?? lanes, short(record[.mse]),
      NumberFormat.percent(record.clippingShare ?? 0),
      NumberFormat.text(record[.sqnr], .sqnr),
    ] + (showsRegret ? [record.regret.map { String(format: "%.3g", $0) } ?? "–"] : [])
      + (showsSplit
        ? [
          key.split.map { "\($0.calibration)" } ?? "all",
          key.split.map { "\($0.heldOut)" } ?? "all",
        ]
        : [])
  }

  private var remarks: [String] {
    records.compactMap { record in
      let status = record.status == .ok ? nil : record.status.description
      let parts = [status, record.notes].compactMap { $0 }.filter { !$0.isEmpty }
      return parts.isEmpty
        ? nil : printable("\(record.key): \(parts.joined(separator: "; "))", limit: 2000)
    }
  }
}
