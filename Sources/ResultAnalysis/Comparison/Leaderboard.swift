internal import Foundation
package import QuantizationCore
package import ResultRecords
package import TensorIO

/// The ranking of estimators over records of one or more settings.
///
/// A setting is a grid (scheme, code range, bit width) and a granularity. Each ratio is an
/// estimator's error on a tensor in a setting, divided by the certified optimum or, without one, by
/// the least error of any estimator. Ratios are averaged geometrically, so that 2 and 1/2 cancel
/// and no tensor counts more for being large. With held-out batches, only errors on the same
/// held-out batches are compared.
package struct Leaderboard {
  /// The score of one estimator over the tensors of a leaderboard.
  package struct Score {
    /// The geometric mean of the ratios to the best, at least 1; nil if there is no ratio.
    package var ratio: Double?
    /// The largest ratio.
    package var worst: Double?
    /// The number of ratios in the mean.
    package var count = 0
    /// The number of measured cells.
    package var cells = 0
    /// The mean SQNR in dB over results with an error above zero.
    package var sqnr: Double?
    /// The mean share of clipping in the error, over results with an error above zero.
    package var clippingShare: Double?
  }

  /// A measured record with its ratio to the best of its setting; nil if the best has no error.
  private struct Cell {
    let record: ResultRecord
    let ratio: Double?
  }

  private let cells: [Cell]
  private let least: [PartialKey: Double]
  private let scores: [ExactName: Score]
  /// The estimators by least mean ratio, whichever cells they were measured in; equals by name.
  package let estimators: [String]

  /// Compares all records that have metrics; the time of this and of every member is linear in
  /// their number.
  package init(_ records: [ResultRecord]) {
    let measured = records.filter(\.isMeasured)
    let least = measured.reduce(into: [PartialKey: Double]()) { least, record in
      guard let mse = record[.mse] else { return }
      least[record.key.setting, default: .infinity].formMin(min(mse, record.optimum?.mse ?? mse))
    }
    self.init(
      measured.map { Cell(record: $0, ratio: Self.ratio($0, least: least)) }, least: least)
  }

  private init(_ cells: [Cell], least: [PartialKey: Double]) {
    self.cells = cells
    self.least = least
    let scores = Self.scores(of: cells)
    self.scores = scores
    // Names are sorted, and the sort by rank is stable for equals.
    let names = scores.keys.sorted()
    let ratios = names.map { scores[$0]?.ratio ?? .infinity }
    estimators = names.indices.sorted { (ratios[$0], $0) < (ratios[$1], $1) }.map { names[$0].text }
  }

  /// The part of the leaderboard whose keys satisfy a condition; ratios do not change.
  package func filtered(_ isIncluded: (ResultRecord.Key) -> Bool) -> Leaderboard {
    Leaderboard(cells.filter { isIncluded($0.record.key) }, least: least)
  }

  /// The parts of the leaderboard by the value of a property, in one pass.
  package func divided<Value: Hashable>(
    by property: (ResultRecord.Key) -> Value
  ) -> [Value: Leaderboard] {
    Dictionary(grouping: cells) { property($0.record.key) }
      .mapValues { Leaderboard($0, least: least) }
  }

  /// The distinct values of a property of the keys, sorted.
  package func distinct<Value: Hashable>(
    _ property: (ResultRecord.Key) -> Value, by areInOrder: (Value, Value) -> Bool
  ) -> [Value] {
    Set(cells.map { property($0.record.key) }).sorted(by: areInOrder)
  }

  /// The number of compared results.
  package var cellCount: Int { cells.count }

  /// The names of the tensors, sorted by their bytes.
  package var tensors: [String] { tensorNames.map(\.text) }
  /// The tensors, sorted by the bytes of their names.
  package var tensorNames: [ExactName] { Set(cells.lazy.map(\.record.key.subjectName)).sorted() }
  /// The bit widths, narrow before wide.
  package var bits: [BitWidth] { distinct(\.grid.bits, by: <) }

  /// The granularities, coarse before fine.
  package var granularities: [Granularity] {
    distinct(\.granularity) { $0.coarseness < $1.coarseness }
  }

  /// The grid families, symmetric before affine, defaults first.
  package var families: [GridFamily] {
    GridFamily.inOrder(Set(cells.map(\.record.key.grid.family)))
  }

  /// A record's ratio to the best of its setting; nil if the best has no error.
  package func ratio(_ record: ResultRecord) -> Double? { Self.ratio(record, least: least) }

  private static func ratio(_ record: ResultRecord, least: [PartialKey: Double]) -> Double? {
    guard let mse = record[.mse], let best = least[record.key.setting], best > 0 else {
      return nil
    }
    return mse / best
  }

  /// The geometric means of the ratios by the value of a property, in one pass; values without a
  /// ratio are omitted.
  package func ratios<Value: Hashable>(by property: (ResultRecord.Key) -> Value) -> [Value: Double]
  {
    cells.reduce(into: [Value: (sum: Double, count: Int)]()) { sums, cell in
      guard let ratio = cell.ratio else { return }
      let value = property(cell.record.key)
      sums[value, default: (0, 0)].sum += log(ratio)
      sums[value, default: (0, 0)].count += 1
    }.mapValues { exp($0.sum / Double($0.count)) }
  }

  /// Calls `body` for each cell with its ratio to the best of its setting; nil if the best has no
  /// error.
  package func forEach(_ body: (ResultRecord, Double?) -> Void) {
    for cell in cells { body(cell.record, cell.ratio) }
  }

  /// The score of an estimator.
  ///
  /// Cells that the best estimator reproduces exactly have no ratio.
  package func score(_ estimator: String) -> Score { scores[ExactName(estimator)] ?? Score() }

  /// The least mean ratio of an estimator; nil if there is no ratio.
  package var bestRatio: Double? { scores.values.compactMap(\.ratio).min() }

  private static func scores(of cells: [Cell]) -> [ExactName: Score] {
    Dictionary(grouping: cells, by: \.record.key.estimatorName).mapValues { mine in
      let logs = mine.compactMap { $0.ratio.map(log) }
      let imperfect = mine.lazy.map(\.record).filter { ($0[.mse] ?? 0) > 0 }
      return Score(
        ratio: mean(logs).map(exp), worst: logs.max().map(exp), count: logs.count,
        cells: mine.count,
        sqnr: mean(imperfect.compactMap { $0[.sqnr] }),
        clippingShare: mean(imperfect.compactMap(\.clippingShare)))
    }
  }

  /// An estimator and its mean ratio.
  package struct Standing: Sendable {
    /// The estimator.
    package let name: String
    /// The mean ratio to the best, at least 1.
    package let ratio: Double
  }

  /// The estimators with the most measured cells, least mean ratio first, equals by name.
  ///
  /// A mean over fewer, perhaps easier, cells would not be comparable.
  package var ranked: [Standing] {
    let most = scores.values.map(\.cells).max() ?? 0
    return estimators.compactMap { name in
      let score = score(name)
      return score.cells == most ? score.ratio.map { Standing(name: name, ratio: $0) } : nil
    }
  }

  /// The rank of each of ``ranked``, from 0 for the least mean ratio; equals share one.
  package var places: [ExactName: Int] {
    var (place, last) = (-1, Double?.none)
    return ranked.reduce(into: [:]) { places, standing in
      if !Self.isSame(last, standing.ratio) { (place, last) = (place + 1, standing.ratio) }
      places[ExactName(standing.name)] = place
    }
  }

  /// The number of estimators with a measured cell.
  package var takingCount: Int { scores.count }

  /// Whether two ratios differ by at most the tie tolerance.
  package static func isSame(_ left: Double?, _ right: Double?) -> Bool {
    guard let left, let right else { return false }
    return abs(left / right - 1) <= ComparisonMethod().tie
  }

  /// The number of tensors that an estimator reproduces exactly in some setting.
  package var losslessCount: Int { Set(least.filter { $0.value == 0 }.map(\.key.subject)).count }
}

private func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

extension Double {
  fileprivate mutating func formMin(_ other: Double) { self = min(self, other) }
}
