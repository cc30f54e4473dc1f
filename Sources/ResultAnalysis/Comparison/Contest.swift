package import QuantizationCore
package import ResultRecords
package import TensorIO

/// Errors side by side: the same cells, several contenders.
///
/// The contenders are the estimators of one file, each on the same tensors and settings, or several
/// files with the same cells, two versions of a program for example.
package struct Contest: Sendable {
  /// What the contenders are.
  package enum Kind: String, Sendable {
    /// The estimators of one file.
    case estimators
    /// Files.
    case files
  }

  /// What is the same for all contenders: a cell without what tells them apart.
  ///
  /// The batches belong to it: what was chosen on other batches, or measured on others, is elsewhere.
  package struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Of a contest of estimators without a name for it; whole, to be ordered as results are.
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
    /// The estimator, where the contenders are files.
    package var estimator: String? { hasEstimator ? key.estimator : nil }
    /// The codes.
    package var grid: CodeGrid { key.grid }
    /// What shares a range.
    package var granularity: Granularity { key.granularity }
    /// Which batches were calibrated on and which were measured; nil where all values were both.
    package var split: CalibrationSplit? { key.split }

    /// The parts of the cell that are the same for all contenders.
    package var partialKey: PartialKey { hasEstimator ? key.without() : key.without(.estimator) }

    /// In the order of results.
    package static func < (left: Self, right: Self) -> Bool { left.key < right.key }

    /// The cell in one line; of a contest of estimators without a name for it.
    package var description: String { "\(key)" }
  }

  /// A place with the mean squared error of each contender; none where it was not measured.
  package struct Cell: Sendable {
    /// What is the same for all.
    package let place: Place
    /// One for each contender.
    package let errors: [Double?]
  }

  /// What the contenders are.
  package let kind: Kind
  /// Their names.
  package let contenders: [String]
  /// Every place where any contender was measured, sorted.
  package let cells: [Cell]

  /// The estimators of one file against each other, by name.
  package init(estimatorsOf records: [ResultRecord]) {
    let names = records.lazy.filter(\.isMeasured).map(\.key.estimator).distinctNames
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { (ExactName($1), $0) })
    let rows = records.map { record in
      (
        Place(record.key, hasEstimator: false), places[record.key.estimatorName],
        record[.mse]
      )
    }
    self.init(.estimators, names, rows)
  }

  /// Files against each other, cell by cell.
  package init(files: [(name: String, records: [ResultRecord])]) {
    let rows = files.enumerated().flatMap { index, file in
      file.records.map { record in
        (Place(record.key, hasEstimator: true), Int?.some(index), record[.mse])
      }
    }
    self.init(.files, files.map(\.name), rows)
  }

  private init(_ kind: Kind, _ contenders: [String], _ rows: [(Place, Int?, Double?)]) {
    let none = [Double?](repeating: nil, count: contenders.count)
    var errors: [Place: [Double?]] = [:]
    for case (let place, let contender?, let error?) in rows {
      errors[place, default: none][contender] = error
    }
    self.kind = kind
    self.contenders = contenders
    cells = errors.keys.sorted().map { Cell(place: $0, errors: errors[$0] ?? none) }
  }
}
