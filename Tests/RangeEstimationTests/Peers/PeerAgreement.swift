import Foundation
import QuantizationCore
import RangeEstimation
import TensorIO

/// How many of a peer's own answers an estimator gives.
struct PeerAgreement: CustomStringConvertible {
  private(set) var rows = 0
  private(set) var misses: [String] = []

  /// The share of rows reproduced: scale within 1e-3, zero point within 1.
  var share: Double { rows == 0 ? 0 : 1 - Double(misses.count) / Double(rows) }

  var description: String {
    "\(rows - misses.count) of \(rows) rows:\n" + misses.joined(separator: "\n")
  }

  /// Compares all rows of a method that have an answer for finite data.
  ///
  /// NaN and infinities never reach an estimator.
  ///
  /// - Parameter name: The estimator for the parameters and the bit width of a row.
  init(
    peer: String, method: String, name: (_ params: [String: String], _ bits: Int) -> String
  ) throws {
    var batches: [String: BatchStatistics] = [:]
    for row in try PeerRow.read(peer: peer, method: method)
    where row.tensor != "nan_1e3" && row.tensor != "inf_1e3" {
      let count = row.params["batches"].flatMap { Int($0) } ?? 1
      let key = "\(row.tensor) \(count)"
      let statistics = try batches[key] ?? Self.statistics(of: row.tensor, batches: count)
      batches[key] = statistics
      let text = name(row.params, row.grid.bits.count)
      rows += 1
      do {
        let named = try EstimatorRegistry.builtIn.parse(text)
        let found = try Self.decide(named.estimator, statistics, row.grid)
        // Scales are normal Float32 here; a peer's may be less.
        let wanted = max(row.scale, Double(Float.leastNormalMagnitude))
        if abs(Double(found.scale) / wanted - 1) <= 1e-3, abs(found.zeroPoint - row.zeroPoint) <= 1
        {
          continue
        }
        misses.append("\(row) \(text): \(found.scale) \(found.zeroPoint)")
      } catch {
        misses.append("\(row) \(text): \(error)")
      }
    }
  }

  private static func decide<Estimator: RangeEstimator>(
    _ estimator: Estimator, _ statistics: BatchStatistics, _ grid: CodeGrid
  ) throws -> QuantizationParameters {
    guard let own = statistics as? Estimator.Statistics else {
      throw EstimationError.notDefined(reason: "a test: the estimator does not read batches")
    }
    return try estimator.parameters(from: own, on: grid)
  }

  private static func statistics(of tensor: String, batches: Int) throws -> BatchStatistics {
    let values = try GoldenTensor.load(tensor).values
    var statistics = BatchStatistics(shape: LaneShape(count: values.count, rowLength: 1))
    let length = values.count / batches
    for start in stride(from: 0, to: values.count, by: length) {
      statistics.observe(values.span.extracting(start..<start + length))
      statistics.endBatch()
    }
    statistics.seal()
    return statistics
  }
}

/// One answer of golden.csv, unsigned rows included.
struct PeerRow: CustomStringConvertible {
  let tensor: String
  let params: [String: String]
  let grid: CodeGrid
  let scale: Double
  let zeroPoint: Int

  var description: String {
    "\(tensor) \(grid.bits) bits \(grid.family) \(params): \(scale) \(zeroPoint) expected"
  }

  static func read(peer: String, method: String) throws -> [PeerRow] {
    let text = try String(contentsOfFile: "\(GoldenTensor.folder)/golden.csv", encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    return lines.dropFirst().compactMap { cells in
      guard cells[0] == peer, cells[2] == method, cells.count == lines[0].count else { return nil }
      let row = Dictionary(zip(lines[0], cells)) { first, _ in first }
      return row["status"] == "ok" ? PeerRow(row) : nil
    }
  }

  private init?(_ row: [String: String]) {
    guard let bits = row["bits"].flatMap({ Int($0) }).flatMap(BitWidth.init),
      let low = row["qmin"].flatMap({ Int($0) }), let high = row["qmax"].flatMap({ Int($0) }),
      let scale = row["scale"].flatMap({ Double($0) }),
      let zeroPoint = row["zero_point"].flatMap({ Double($0) }),
      let family = GridFamily.allCases.first(where: {
        ($0.scheme == .affine) == (row["scheme"] == "affine")
          && CodeGrid($0, bits: bits).codes == low...high
      })
    else { return nil }
    tensor = row["tensor"] ?? ""
    params = Dictionary(
      (row["params"] ?? "").split(separator: ";").map { pair in
        let parts = pair.split(separator: "=").map(String.init)
        return (parts[0], parts[1])
      }
    ) { first, _ in first }
    grid = CodeGrid(family, bits: bits)
    self.scale = scale
    self.zeroPoint = Int(zeroPoint)
  }
}
