internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import RangeFiles
internal import Reports
internal import ResultRecords

/// What `ranges score` prints.
struct ScoreDocument: Encodable {
  /// A set of ranges as a whole.
  struct Set: Encodable {
    let name: String
    let tensors: Int
    /// The geometric mean of error over least error; nothing where none is certified.
    let meanRatio: Double?
    let worstTensor: String?
    let worstRegret: Double?
  }

  /// A range of a set.
  struct Row: Encodable {
    let tensor: String
    let set: String
    let kind: String
    let bits: Int
    let grid: String
    let granularity: String
    let lanes: Int
    let low: Double?
    let high: Double?
    let mse: Double?
    let clippingMse: Double?
    let roundingMse: Double?
    let clippedFraction: Double?
    let sqnrDb: Double?
    let regret: Double?
    let bestLow: Double?
    let bestHigh: Double?
    let bestMse: Double?

    init(_ score: ScoredRange, set: String) {
      let (range, record) = (score.range, score.record)
      (tensor, self.set, kind) = (range.name, set, range.kind.rawValue)
      // Without a zero point the codes are those of the best range beside it.
      (bits, grid, granularity) = (
        range.grid.bits.count, "\(record.key.grid)", "\(range.granularity)"
      )
      lanes = range.scales.count
      let start = Double(score.lows?.first ?? 0)
      (low, high) = (range.ends.map { $0.low + start }, range.ends.map { $0.high + start })
      (mse, clippingMse, roundingMse) = (record[.mse], record[.clippingMSE], record[.roundingMSE])
      clippedFraction = record[.clippedFraction]
      sqnrDb = record[.sqnr].flatMap { $0.isFinite ? $0 : nil }
      regret = record.regret.flatMap { $0.isFinite ? $0 : nil }
      (bestLow, bestHigh) = (score.best?.ends?.low, score.best?.ends?.high)
      bestMse = record.optimum?.mse
    }
  }

  let sets: [Set]
  let ranges: [Row]

  init(_ scores: [ScoredRange], sets names: [String]) {
    ranges = scores.map { Row($0, set: names[$0.set]) }
    var bySet = [[ScoredRange]](repeating: [], count: names.count)
    for score in scores { bySet[score.set].append(score) }
    sets = zip(names, bySet).map { name, scores in
      // Where the least error is 0 there is no ratio.
      let ratios = scores.compactMap(\.record.regret).filter(\.isFinite).map { log(1 + $0) }
      let worst = scores.max { ($0.record.regret ?? 0) < ($1.record.regret ?? 0) }
      return Set(
        name: name, tensors: scores.count,
        meanRatio: ratios.isEmpty ? nil : exp(ratios.reduce(0, +) / Double(ratios.count)),
        worstTensor: worst?.range.name,
        worstRegret: worst?.record.regret.flatMap { $0.isFinite ? $0 : nil })
    }
  }
}

extension TensorRange {
  /// The least and the largest number that the codes stand for, in the only lane; nothing with several.
  fileprivate var ends: (low: Double, high: Double)? {
    guard scales.count == 1 else { return nil }
    let (first, last) = (grid.minimumCode - zeroPoints[0], grid.maximumCode - zeroPoints[0])
    return (Double(first) * Double(scales[0]), Double(last) * Double(scales[0]))
  }
}

extension ScoreDocument {
  /// As Markdown, which is read as it stands too: a row for each tensor, the sets side by side, and below
  /// a row for each set.
  var text: String {
    var table = MarkdownTable(
      ["tensor", "kind", "codes", "best range"]
        + sets.flatMap { [$0.name, "clipping", "SQNR", "regret"] }, leftColumns: 3)
    for rows in grouped {
      let first = rows[0]
      let bySet = Dictionary(rows.map { ($0.set, $0) }, uniquingKeysWith: { first, _ in first })
      table.add(
        [first.tensor, first.kind, first.grid, Self.ends(first.bestLow, first.bestHigh, first)]
          + sets.flatMap { set in bySet[set.name].map(Self.cells) ?? ["", "", "", ""] })
    }
    var summary = MarkdownTable(
      ["ranges", "tensors", "error / least error", "worst tensor", "its regret"])
    for set in sets {
      summary.add([
        set.name, "\(set.tensors)", set.meanRatio.map { String(format: "%.3f", $0) } ?? "",
        set.worstTensor ?? "", set.worstRegret.map(Self.percent) ?? "",
      ])
    }
    return table.text + "\n" + summary.text
  }

  /// The rows of each tensor on the same codes and lanes, in the order of first appearance.
  private var grouped: [[Row]] {
    var places: [[String]: Int] = [:]
    var groups: [[Row]] = []
    for row in ranges {
      let key = [row.tensor, row.grid, row.granularity]
      if let place = places[key] {
        groups[place].append(row)
      } else {
        places[key] = groups.count
        groups.append([row])
      }
    }
    return groups
  }

  private static func cells(_ row: Row) -> [String] {
    let share = row.mse.flatMap { mse in row.clippingMse.map { mse > 0 ? $0 / mse : 0 } }
    return [
      ends(row.low, row.high, row), share.map { String(format: "%.0f %%", 100 * $0) } ?? "",
      row.sqnrDb.map { String(format: "%.1f dB", $0) } ?? "exact", row.regret.map(percent) ?? "",
    ]
  }

  private static func ends(_ low: Double?, _ high: Double?, _ row: Row) -> String {
    guard let low, let high else { return row.lanes > 1 ? "\(row.lanes) lanes" : "" }
    return String(format: "%.4g to %.4g", low, high)
  }

  private static func percent(_ share: Double) -> String {
    String(format: share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share)
  }
}
