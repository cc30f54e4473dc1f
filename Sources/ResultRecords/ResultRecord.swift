package import QuantizationCore
package import TensorIO

/// One cell of an experiment: what was quantized how, and what it cost.
///
/// A row of `results.csv`. Tables of a million rows are sorted, divided and filtered, so a copy is eight
/// bytes: all copies of a record share one block of memory.
package struct ResultRecord: Hashable, Sendable {
  /// The combination a cell stands for: its key among all results.
  ///
  /// Copies share one block of memory, as copies of a record do.
  package struct Key: Hashable, Sendable {
    private final class Fields: Sendable {
      let subject: Subject
      let estimator: String
      let grid: CodeGrid
      let granularity: Granularity
      let split: CalibrationSplit?

      init(
        _ subject: Subject, _ estimator: String, _ grid: CodeGrid, _ granularity: Granularity,
        _ split: CalibrationSplit?
      ) {
        (self.subject, self.estimator, self.grid) = (subject, estimator, grid)
        (self.granularity, self.split) = (granularity, split)
      }
    }

    private let fields: Fields

    /// The tensor, or the model.
    package var subject: Subject { fields.subject }
    /// The canonical name of the estimator, such as `percentile[p=99.99]`.
    package var estimator: String { fields.estimator }
    /// The codes.
    package var grid: CodeGrid { fields.grid }
    /// What shares a range.
    package var granularity: Granularity { fields.granularity }
    /// Which batches were calibrated on and which were measured; nil where all values were both.
    package var split: CalibrationSplit? { fields.split }

    /// Creates a key.
    package init(
      subject: Subject, estimator: String, grid: CodeGrid, granularity: Granularity,
      split: CalibrationSplit? = nil
    ) {
      fields = Fields(subject, estimator, grid, granularity, split)
    }

    /// Creates the key of a tensor.
    package init(
      tensor: String, estimator: String, grid: CodeGrid, granularity: Granularity,
      split: CalibrationSplit? = nil
    ) {
      self.init(
        subject: .tensor(tensor), estimator: estimator, grid: grid, granularity: granularity,
        split: split)
    }
  }

  /// The least error possible on the values that were measured, for the same grid and granularity:
  /// with held-out batches, what an oracle that had seen them would reach.
  package struct Optimum: Hashable, Sendable {
    /// The error of the optimal quantizers, measured like every other.
    package let mse: Double
    /// The relative gap between the optimum and a proven lower bound.
    package let gap: Double

    /// Creates an optimum.
    package init(mse: Double, gap: Double) {
      self.mse = mse
      self.gap = gap
    }
  }

  /// What became of a cell.
  package enum Status: Hashable, Sendable {
    /// Measured.
    case ok
    /// Measured, but nothing in the tensor can be told from zero.
    case degenerate
    /// The method has no meaning for this combination; the text says why.
    case skipped(String)
    /// Something went wrong; the text says what.
    case failed(String)
  }

  private struct Fields: Hashable, Sendable {
    var key: Key
    let elements: Int
    let lanes: Int
    let parameters: QuantizationParameters?
    let status: Status
    let notes: String
    let values: MetricValues
  }

  private final class Storage: Sendable {
    let fields: Fields
    init(_ fields: Fields) { self.fields = fields }
  }

  private let storage: Storage

  /// The combination.
  package var key: Key { storage.fields.key }
  /// The number of elements measured.
  package var elements: Int { storage.fields.elements }
  /// The number of lanes, each with its own scale and zero point.
  package var lanes: Int { storage.fields.lanes }
  /// The quantizer, where there is only one lane.
  package var parameters: QuantizationParameters? { storage.fields.parameters }
  /// What became of the cell.
  package var status: Status { storage.fields.status }
  /// What a reader should know besides, such as how many values were dropped.
  package var notes: String { storage.fields.notes }
  /// The numbers that were measured or found; empty for a cell that was skipped or failed.
  package var values: MetricValues { storage.fields.values }

  /// Creates a record.
  ///
  /// Where nothing was measured, there is no quantizer and no optimum either.
  ///
  /// - Parameter values: What was measured; the optimum and what follows from it are no part of it.
  package init(
    key: Key, elements: Int, lanes: Int, parameters: QuantizationParameters? = nil,
    values: MetricValues = MetricValues(), status: Status, notes: String = "",
    optimum: Optimum? = nil
  ) {
    var measured = values
    if !values.isEmpty, let optimum {
      (measured[.optimalMSE], measured[.certificate]) = (optimum.mse, optimum.gap)
    }
    storage = Storage(
      Fields(
        key: key, elements: elements, lanes: lanes, parameters: values.isEmpty ? nil : parameters,
        status: status, notes: notes, values: measured))
  }

  /// The same record with an equal key, so that both share the memory of one.
  package func sharing(_ key: Key) -> ResultRecord { ResultRecord(self, key) }

  private init(_ other: ResultRecord, _ key: Key) {
    var fields = other.storage.fields
    fields.key = key
    storage = Storage(fields)
  }

  /// Whether two records have the same contents.
  package static func == (left: Self, right: Self) -> Bool {
    left.storage === right.storage || left.storage.fields == right.storage.fields
  }

  /// Hashes what ``==(_:_:)`` compares.
  package func hash(into hasher: inout Hasher) { hasher.combine(storage.fields) }
}

extension ResultRecord {
  /// Whether there are numbers.
  package var isMeasured: Bool { !values.isEmpty }

  /// The number of a metric; nil where the record has none.
  package subscript(metric: Metric) -> Double? { metric == .regret ? regret : values[metric] }

  /// The certified optimum, where there is one.
  package var optimum: Optimum? {
    guard let mse = values[.optimalMSE], let gap = values[.certificate] else { return nil }
    return Optimum(mse: mse, gap: gap)
  }

  /// The bits that a measured value takes, its share of scales and zero points included.
  package var bitsPerValue: Double? {
    isMeasured && elements > 0
      ? key.grid.bitsPerValue(lanes: lanes, of: elements) : nil
  }

  /// `mse / optimum - 1`: how much error another range would have saved; see ``Regret``.
  package var regret: Double? {
    guard let mse = values[.mse], let optimum else { return nil }
    return Regret.of(mse: mse, optimum: optimum.mse, gap: optimum.gap)
  }

  /// The share of the error that comes from clipped values; nil without any error.
  package var clippingShare: Double? {
    guard let mse = values[.mse], mse > 0 else { return nil }
    return values[.clippingMSE].map { $0 / mse }
  }
}

extension ResultRecord.Key {
  /// The text of the subject, to be compared byte for byte.
  package var subjectName: ExactName { ExactName(subject.description) }
  /// The estimator, to be compared byte for byte.
  package var estimatorName: ExactName { ExactName(estimator) }

  /// Whether two keys are the same, names byte for byte.
  package static func == (left: Self, right: Self) -> Bool {
    left.grid == right.grid && left.granularity == right.granularity && left.split == right.split
      && left.subjectName == right.subjectName && left.estimatorName == right.estimatorName
  }

  /// Hashes what ``==(_:_:)`` compares.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(subjectName)
    hasher.combine(estimatorName)
    hasher.combine(grid)
    hasher.combine(granularity)
    hasher.combine(split)
  }
}

extension ResultRecord.Key: Comparable {
  /// The order of rows: subject, estimator, bits, scheme, grid, granularity, each by the bytes of its
  /// text; then what was calibrated on everything, and few calibration batches before many.
  package static func < (left: Self, right: Self) -> Bool {
    if left.subjectName != right.subjectName { return left.subjectName < right.subjectName }
    if left.estimatorName != right.estimatorName { return left.estimatorName < right.estimatorName }
    if left.grid.bits != right.grid.bits { return left.grid.bits < right.grid.bits }
    if left.grid.family != right.grid.family || left.granularity != right.granularity {
      return left.lastNames.lexicographicallyPrecedes(right.lastNames)
    }
    guard let split = right.split else { return false }
    return left.split.map { $0 < split } ?? true
  }

  private var lastNames: [ExactName] {
    [grid.family.scheme.rawValue, grid.family.gridName, granularity.description]
      .map { ExactName($0) }
  }
}

extension ResultRecord.Key: CustomStringConvertible {
  /// The combination in one line, as filters and messages have it.
  package var description: String {
    "\(subject) \(estimator) \(grid.bits) bits \(grid.family.scheme.rawValue) "
      + "\(grid.family.gridName) \(granularity)" + (split.map { " \($0)" } ?? "")
  }
}

extension ResultRecord.Status: CustomStringConvertible {
  /// `ok`, `degenerate`, `skipped: why` or `failed: why`.
  package var description: String {
    switch self {
    case .ok: "ok"
    case .degenerate: "degenerate"
    case .skipped(let reason): "skipped: \(reason)"
    case .failed(let reason): "failed: \(reason)"
    }
  }

  /// Reads what ``description`` writes.
  package init?(_ text: String) {
    // Bytes and not characters: a reason may begin with a combining mark.
    func reason(_ word: String) -> String? {
      text.utf8.starts(with: word.utf8) ? String(text.utf8.dropFirst(word.utf8.count)) : nil
    }
    switch text {
    case "ok": self = .ok
    case "degenerate": self = .degenerate
    default:
      if let reason = reason("skipped: ") {
        self = .skipped(reason)
      } else if let reason = reason("failed: ") {
        self = .failed(reason)
      } else {
        return nil
      }
    }
  }
}
