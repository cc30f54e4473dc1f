public import QuantizationCore
public import ResultRecords

/// Errors side by side: the same cells, several contenders.
///
/// The contenders are the estimators of one file, each on the same tensors and settings, or several
/// files with the same cells, two versions of a program for example.
public struct Contest: Sendable {
  /// What the contenders are.
  public enum Kind: String, Sendable {
    /// The estimators of one file.
    case estimators
    /// Files.
    case files
  }

  /// What is the same for all contenders.
  public struct Place: Hashable, Comparable, Sendable {
    /// The tensor.
    public let tensor: String
    /// The estimator, where the contenders are files.
    public let estimator: String?
    /// The codes.
    public let grid: CodeGrid
    /// What shares a range.
    public let granularity: Granularity

    private var key: ResultRecord.Key {
      ResultRecord.Key(
        tensor: tensor, estimator: estimator ?? "", grid: grid, granularity: granularity)
    }

    /// In the order of results.
    public static func < (left: Self, right: Self) -> Bool { left.key < right.key }
  }

  /// A place with the mean squared error of each contender; none where it was not measured.
  public struct Cell: Sendable {
    /// What is the same for all.
    public let place: Place
    /// One for each contender.
    public let errors: [Double?]
  }

  /// What the contenders are.
  public let kind: Kind
  /// Their names.
  public let contenders: [String]
  /// Every place where any contender was measured, sorted.
  public let cells: [Cell]

  /// The estimators of one file against each other, by name.
  public init(estimatorsOf records: [ResultRecord]) {
    let names = Set(records.lazy.filter { $0.metrics != nil }.map(\.key.estimator)).sorted()
    let rows = records.map { record in
      let key = record.key
      let place = Place(
        tensor: key.tensor, estimator: nil, grid: key.grid, granularity: key.granularity)
      return (place, names.firstIndex(of: key.estimator), record.metrics?.mse)
    }
    self.init(.estimators, names, rows)
  }

  /// Files against each other, cell by cell.
  public init(files: [(name: String, records: [ResultRecord])]) {
    let rows = files.enumerated().flatMap { index, file in
      file.records.map { record in
        let key = record.key
        let place = Place(
          tensor: key.tensor, estimator: key.estimator, grid: key.grid,
          granularity: key.granularity)
        return (place, Int?.some(index), record.metrics?.mse)
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
