import Foundation
import QuantizationCore
import ResultRecords
import Testing

/// A record whose parts add up, with the numbers that matter for an analysis.
func record(
  _ tensor: String, _ estimator: String, bits: Int = 4, mse: Double?, optimum: Double? = nil,
  granularity: Granularity = .tensor, family: GridFamily = .symmetricNarrow, elements: Int = 64,
  lanes: Int = 1, clipping: Double? = nil, signal: Double = 100, sqnr: Double? = nil,
  status: ResultRecord.Status = .ok
) throws -> ResultRecord {
  let values = mse.map { mse in
    [
      .mse: mse, .clippingMSE: clipping ?? mse / 4, .roundingMSE: mse - mse / 4,
      .clippedFraction: 0.1,
      .sqnr: sqnr ?? (mse == 0 ? .infinity : 10 * log10(signal / mse)),
      .maximumError: 1, .cosine: 0.5,
    ] as MetricValues
  }
  return ResultRecord(
    key: ResultRecord.Key(
      tensor: tensor, estimator: estimator,
      grid: CodeGrid(family, bits: try #require(BitWidth(bits))), granularity: granularity),
    elements: elements, lanes: lanes, values: values ?? [:], status: status,
    optimum: optimum.map { ResultRecord.Optimum(mse: $0, gap: 0) })
}

/// The given errors of one estimator, on the tensors `t0`, `t1` and so on.
func column(_ estimator: String, _ errors: [Double], bits: Int = 4) throws -> [ResultRecord] {
  try errors.enumerated().map { try record("t\($0)", estimator, bits: bits, mse: $1) }
}

/// The results that are committed, by the name of their experiment.
func committedResults() throws -> [String: String] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "results")
  let names = try FileManager.default.contentsOfDirectory(atPath: root.path)
  return try names.reduce(into: [:]) { tables, name in
    let file = root.appending(path: "\(name)/results.csv")
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    tables[name] = try String(contentsOf: file, encoding: .utf8)
  }
}
