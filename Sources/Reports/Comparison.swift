internal import Foundation
package import QuantizationCore
package import ResultRecords
internal import TensorIO

/// Records of one or more settings, estimators side by side.
///
/// A setting is a grid (scheme, code range, bit width) and a granularity. Within a setting each
/// tensor is compared with itself: the ratio of an estimator's error to the least error possible
/// where that is certified, and to the least any estimator had elsewhere. Ratios are averaged
/// geometrically, so that 2 and 1/2 cancel and no tensor counts more for being large. Where batches
/// are held out, errors are compared on the same held-out batches only.
package struct Comparison {
  /// One estimator over the tensors of a comparison.
  package struct Score {
    /// The geometric mean of the ratios to the best; 1 is always best.
    ///
    /// None without a ratio.
    package var ratio: Double?
    /// The largest ratio.
    package var worst: Double?
    /// How many ratios went into the mean.
    package var count = 0
    /// The mean SQNR in dB, over results with any error.
    package var sqnr: Double?
    /// The mean share of the error that is clipping, over results with any error.
    package var clippingShare: Double?
  }

  /// A measured record with its ratio to the best in its place; none where the best has no error.
  private struct Cell {
    let record: ResultRecord
    let ratio: Double?
  }

  private let cells: [Cell]
  private let least: [PartialKey: Double]
  private let scores: [ExactName: Score]
  /// The estimators, best overall first; equals by name.
  package let estimators: [String]

  /// Compares all records that have metrics; linear in their number, as are all parts of it.
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
    // Names come sorted, and a sort by their place keeps equals so.
    let names = scores.keys.sorted()
    let ratios = names.map { scores[$0]?.ratio ?? .infinity }
    estimators = names.indices.sorted { (ratios[$0], $0) < (ratios[$1], $1) }.map { names[$0].text }
  }

  /// The part of the comparison whose keys satisfy a condition; ratios stay what they were.
  package func filtered(_ isIncluded: (ResultRecord.Key) -> Bool) -> Comparison {
    Comparison(cells.filter { isIncluded($0.record.key) }, least: least)
  }

  /// The parts of the comparison by the value of a property, in one pass.
  func divided<Value: Hashable>(
    by property: (ResultRecord.Key) -> Value
  ) -> [Value: Comparison] {
    Dictionary(grouping: cells) { property($0.record.key) }
      .mapValues { Comparison($0, least: least) }
  }

  /// The distinct values of a property of the keys, sorted.
  func distinct<Value: Hashable>(
    _ property: (ResultRecord.Key) -> Value, by areInOrder: (Value, Value) -> Bool
  ) -> [Value] {
    Set(cells.map { property($0.record.key) }).sorted(by: areInOrder)
  }

  /// How many results are compared.
  var cellCount: Int { cells.count }

  package var tensors: [String] { tensorNames.map(\.text) }
  /// The tensors, sorted by the bytes of their names.
  var tensorNames: [ExactName] { Set(cells.lazy.map(\.record.key.subjectName)).sorted() }
  package var bits: [BitWidth] { distinct(\.grid.bits, by: <) }

  /// Coarse before fine.
  var granularities: [Granularity] { distinct(\.granularity) { $0.coarseness < $1.coarseness } }

  /// Symmetric before affine, defaults first.
  var families: [GridFamily] {
    GridFamily.inOrder(Set(distinct(\.grid.family) { $0.title < $1.title }))
  }

  /// A record's ratio to the best in its place; none where the best has no error.
  func ratio(_ record: ResultRecord) -> Double? { Self.ratio(record, least: least) }

  private static func ratio(_ record: ResultRecord, least: [PartialKey: Double]) -> Double? {
    guard let mse = record[.mse], let best = least[record.key.setting], best > 0 else {
      return nil
    }
    return mse / best
  }

  /// The geometric means of the ratios by the value of a property, in one pass; what has no ratio
  /// is not among them.
  func ratios<Value: Hashable>(by property: (ResultRecord.Key) -> Value) -> [Value: Double] {
    cells.reduce(into: [Value: (sum: Double, count: Int)]()) { sums, cell in
      guard let ratio = cell.ratio else { return }
      let value = property(cell.record.key)
      sums[value, default: (0, 0)].sum += log(ratio)
      sums[value, default: (0, 0)].count += 1
    }.mapValues { exp($0.sum / Double($0.count)) }
  }

  /// Calls for each cell, with its ratio to the best in its place; none where that has no error.
  func forEach(_ body: (ResultRecord, Double?) -> Void) {
    for cell in cells { body(cell.record, cell.ratio) }
  }

  /// How an estimator did.
  ///
  /// Tensors that the best estimator reproduces exactly give no ratio.
  package func score(_ estimator: String) -> Score { scores[ExactName(estimator)] ?? Score() }

  /// The least mean ratio of an estimator; none without a ratio.
  var bestRatio: Double? { scores.values.compactMap(\.ratio).min() }

  private static func scores(of cells: [Cell]) -> [ExactName: Score] {
    Dictionary(grouping: cells, by: \.record.key.estimatorName).mapValues { mine in
      let logs = mine.compactMap { $0.ratio.map(log) }
      let imperfect = mine.lazy.map(\.record).filter { ($0[.mse] ?? 0) > 0 }
      return Score(
        ratio: mean(logs).map(exp), worst: logs.max().map(exp), count: logs.count,
        sqnr: mean(imperfect.compactMap { $0[.sqnr] }),
        clippingShare: mean(imperfect.compactMap(\.clippingShare)))
    }
  }

  /// How many tensors some estimator reproduces exactly, in any setting.
  package var losslessCount: Int { Set(least.filter { $0.value == 0 }.map(\.key.subject)).count }
}

private func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

extension GridFamily {
  /// As headings have it.
  var title: String { "\(scheme.rawValue) (\(gridName))" }
}

extension Double {
  fileprivate mutating func formMin(_ other: Double) { self = min(self, other) }
}
