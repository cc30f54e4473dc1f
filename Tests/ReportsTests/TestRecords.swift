import QuantizationCore
import ResultRecords
import Testing

/// A record of an 8 or 4 bit symmetric cell, with the error that matters for a comparison.
func record(
  _ tensor: String, _ estimator: String, bits: Int = 8, mse: Double?, clipping: Double = 0,
  sqnr: Double = 20, family: GridFamily = .symmetricNarrow, status: ResultRecord.Status = .ok
) throws -> ResultRecord {
  let grid = CodeGrid(family, bits: try #require(BitWidth(bits)))
  return ResultRecord(
    key: ResultRecord.Key(tensor: tensor, estimator: estimator, grid: grid, granularity: .tensor),
    elements: 10, lanes: 1,
    parameters: mse.map { _ in QuantizationParameters(scale: 0.25, grid: grid) },
    values: mse.map {
      [
        .mse: $0, .clippingMSE: clipping, .roundingMSE: $0 - clipping, .clippedFraction: 0.1,
        .sqnr: $0 == 0 ? .infinity : sqnr, .maximumError: 1, .cosine: 0.5,
      ]
    } ?? [:], status: status)
}
