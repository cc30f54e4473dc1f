import QuantizationCore
import RangeEstimation
import TensorIO

/// How many rows of a peer a rule reproduces.
struct GoldenAgreement: CustomStringConvertible {
  private(set) var rows = 0
  private(set) var agreeing = 0
  private(set) var others: [String] = []
  private let zeroPointTolerance: Double

  var share: Double { rows == 0 ? 0 : Double(agreeing) / Double(rows) }
  var description: String { "\(agreeing) of \(rows)\n" + others.joined(separator: "\n") }

  /// Asks the rule for all rows of a method that are ok and whose tensor is finite.
  ///
  /// A row agrees when the scale is within 1e-3 and the zero point, rounded, within 1: less than
  /// any rule's neighboring candidates are apart, more than Float32 in the peer's arithmetic is.
  init(
    peer: String, method: String, rule: String, zeroPointTolerance: Double = 1,
    where isMeant: (GoldenRow) -> Bool = { _ in true }
  ) throws {
    self.zeroPointTolerance = zeroPointTolerance
    let rule = try EstimatorRegistry.builtIn.parse(rule).estimator
    try compare(rule, GoldenRow.read(peer: peer, method: method).filter { $0.isOK && isMeant($0) })
  }

  private mutating func compare<Rule: RangeEstimator>(
    _ rule: Rule, _ rows: [GoldenRow]
  ) throws {
    let finite = rows.filter { !["nan_1e3", "inf_1e3"].contains($0.tensor) }
    for (_, rows) in Dictionary(grouping: finite, by: { "\($0.tensor) \($0.batchCount)" })
      .sorted(by: { $0.key < $1.key })
    {
      let values = try GoldenTensor.load(rows[0].tensor).values
      let size = values.count / rows[0].batchCount
      let batches = (0..<rows[0].batchCount).map { Array(values[$0 * size..<($0 + 1) * size]) }
      let statistics = RuleProbe.statistics(for: rule, batches)
      for row in rows { note(row, try rule.parameters(from: statistics, on: row.grid)) }
    }
  }

  private mutating func note(_ row: GoldenRow, _ found: QuantizationParameters) {
    rows += 1
    let zeroPoint = Double(row.fields["zero_point"] ?? "") ?? 0
    let isClose =
      abs(Double(found.scale) / row.scale - 1) < 1e-3
      && abs(Double(found.zeroPoint) - zeroPoint.rounded()) <= zeroPointTolerance
    if isClose {
      agreeing += 1
    } else {
      others.append(
        "\(row): \(found.scale) \(found.zeroPoint) instead of \(row.scale) \(zeroPoint)")
    }
  }
}

extension GoldenRow {
  /// The number of equal batches the peer was fed.
  var batchCount: Int {
    let entry = params.split(separator: ";").first { $0.hasPrefix("batches=") }
    return entry.flatMap { Int($0.dropFirst("batches=".count)) } ?? 1
  }
}
