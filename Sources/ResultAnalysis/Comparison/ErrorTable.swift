package import QuantizationCore
package import ResultRecords
package import TensorIO

/// A table of mean squared errors: a row for each cell, a column for each contender.
///
/// A contender is what is compared: an estimator of one file, or a file among several with the same
/// cells, such as the results of two versions of a program.
package struct ErrorTable: Sendable {
  /// The kind of contender.
  package enum Kind: String, Sendable {
    /// The estimators of one file.
    case estimators
    /// Files.
    case files
  }

  /// The key of a row: the parts of a result's key that all contenders share.
  ///
  /// The split into batches is one of them: ranges chosen or measured on other batches have a row of
  /// their own.
  package struct SharedKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// A whole key, so that rows sort as results do; without estimator if estimators are compared.
    private let key: ResultRecord.Key
    private let hasEstimator: Bool

    init(_ key: ResultRecord.Key, hasEstimator: Bool) {
      self.key = ResultRecord.Key(
        subject: key.subject, estimator: hasEstimator ? key.estimator : "", grid: key.grid,
        granularity: key.granularity, split: key.split)
      self.hasEstimator = hasEstimator
    }

    /// The tensor.
    package var tensor: String { key.subject.description }
    /// The tensor, to be compared byte for byte.
    package var tensorName: ExactName { key.subjectName }
    /// The estimator; nil if estimators are compared.
    package var estimator: String? { hasEstimator ? key.estimator : nil }
    /// The number format.
    package var grid: CodeGrid { key.grid }
    /// The granularity.
    package var granularity: Granularity { key.granularity }
    /// The batches for calibration and for measurement; nil if all batches serve both.
    package var split: CalibrationSplit? { key.split }

    /// The same parts, as documents write them.
    package var partialKey: PartialKey { hasEstimator ? key.without() : key.without(.estimator) }

    /// In the order of results.
    package static func < (left: Self, right: Self) -> Bool { left.key < right.key }

    /// The key in one line, without an estimator if estimators are compared.
    package var description: String { "\(key)" }
  }

  /// A row: the mean squared error of each contender, nil where it was not measured.
  package struct Cell: Sendable {
    /// The key that all contenders share.
    package let key: SharedKey
    /// One error for each contender, in the order of ``ErrorTable/contenders``.
    package let errors: [Double?]
  }

  /// The kind of contender.
  package let kind: Kind
  /// The names of the contenders.
  package let contenders: [String]
  /// Every cell in which at least one contender was measured, sorted by key.
  package let cells: [Cell]

  /// Compares the estimators of one file, sorted by name.
  package init(estimatorsOf records: [ResultRecord]) {
    let names = records.lazy.filter(\.isMeasured).map(\.key.estimator).distinctNames
    let columns = Dictionary(uniqueKeysWithValues: names.enumerated().map { (ExactName($1), $0) })
    let rows = records.map { record in
      (
        SharedKey(record.key, hasEstimator: false), columns[record.key.estimatorName],
        record[.mse]
      )
    }
    self.init(.estimators, names, rows)
  }

  /// Compares files, cell by cell.
  package init(files: [(name: String, records: [ResultRecord])]) {
    let rows = files.enumerated().flatMap { index, file in
      file.records.map { record in
        (SharedKey(record.key, hasEstimator: true), Int?.some(index), record[.mse])
      }
    }
    self.init(.files, files.map(\.name), rows)
  }

  private init(_ kind: Kind, _ contenders: [String], _ rows: [(SharedKey, Int?, Double?)]) {
    let none = [Double?](repeating: nil, count: contenders.count)
    var errors: [SharedKey: [Double?]] = [:]
    for case (let key, let contender?, let error?) in rows {
      errors[key, default: none][contender] = error
    }
    self.kind = kind
    self.contenders = contenders
    cells = errors.keys.sorted().map { Cell(key: $0, errors: errors[$0] ?? none) }
  }
}
