internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// A column of the headline table: a bit width, or a number of calibration batches.
struct ReportColumn: Sendable {
  /// What a column stands for.
  enum Kind: Hashable, Sendable {
    /// All cells of one bit width.
    case bits(BitWidth)
    /// Ranges chosen on so many batches and measured on others.
    case calibration(Int)
    /// Ranges chosen and measured on the same values, next to held-out ones.
    case inSample
  }

  let kind: Kind

  /// Unique among columns, in lower case.
  var id: String {
    switch kind {
    case .bits(let bits): "b\(bits)"
    case .calibration(let count): "c\(count)"
    case .inSample: "all"
    }
  }

  /// As a heading has it.
  var title: String {
    switch kind {
    case .bits(let bits): "\(bits) bits"
    case .calibration(let count): counted(count, "batch", "batches")
    case .inSample: "in sample"
    }
  }

  /// Whether a cell belongs to the column.
  func contains(_ key: ResultRecord.Key) -> Bool {
    switch kind {
    case .bits(let bits): key.grid.bits == bits
    case .calibration(let count): key.split?.calibration.count == count
    case .inSample: key.split == nil
    }
  }

  /// The columns of some results: numbers of calibration batches where batches are held out,
  /// otherwise bit widths.
  static func columns(of keys: [ResultRecord.Key]) -> [ReportColumn] {
    let sizes = Set(keys.compactMap { $0.split?.calibration.count }).sorted()
    guard !sizes.isEmpty else {
      return Set(keys.map(\.grid.bits)).sorted().map { ReportColumn(kind: .bits($0)) }
    }
    return sizes.map { ReportColumn(kind: .calibration($0)) }
      + (keys.contains { $0.split == nil } ? [ReportColumn(kind: .inSample)] : [])
  }

  /// Where some of the columns are, in a sentence: `at 2 and 3 bits`, `from 1 and 2 batches`.
  static func phrase(_ columns: [ReportColumn], of all: [ReportColumn]) -> String {
    guard let first = columns.first else { return "" }
    var numbers: [String] = []
    var isCalibration = false
    for column in columns {
      switch column.kind {
      case .bits(let bits): numbers.append("\(bits)")
      case .calibration(let count):
        numbers.append("\(count)")
        isCalibration = true
      case .inSample: break
      }
    }
    if columns.count == all.count && all.count > 1 {
      return isCalibration ? "from any number of calibration batches" : "at every bit width"
    }
    let start = numbers.dropLast().joined(separator: ", ")
    let list = start + (start.isEmpty ? "" : " and ") + (numbers.last ?? "")
    guard isCalibration else { return "at \(list) bits" }
    return numbers == ["1"] ? "from \(first.title)" : "from \(list) batches"
  }
}
