internal import QuantizationCore
internal import RangeFiles
internal import ResultRecords
internal import TensorIO

/// The table that ``CSVRanges`` reads.
struct CSVRangeTable {
  /// The lines below the header.
  let rows: [[String]]
  private let columns: [String: Int]

  private static let needed = ["name", "bits", "scheme", "grid", "scale", "zero_point"]

  /// Takes a text apart.
  ///
  /// - Throws: ``FormatFault`` where a line has not as many cells as the header, or the header lacks a
  ///   column or has one twice.
  init(_ text: String) throws(FormatFault) {
    let all: [[String]]
    do throws(CSVFault) { all = try CSVText.rows(text) } catch {
      throw FormatFault(error.description)
    }
    guard let header = all.first else { throw FormatFault("is empty; expected a header") }
    var columns: [String: Int] = [:]
    for (place, name) in header.enumerated() where columns.updateValue(place, forKey: name) != nil {
      throw FormatFault("row 1", "the column \(quoted(name)) is there twice")
    }
    if let missing = Self.needed.first(where: { columns[$0] == nil }) {
      throw FormatFault(
        "row 1", "no column \(quoted(missing)); expected \(Self.needed.joined(separator: ","))")
    }
    for (place, row) in all.enumerated() where row.count != header.count {
      throw FormatFault(
        "row \(place + 1)",
        "\(counted(row.count, "cell")); expected \(header.count) as in the header")
    }
    (rows, self.columns) = (Array(all.dropFirst()), columns)
  }

  /// A cell; nothing where it is empty or the column missing.
  subscript(column: String, row: Int) -> String? {
    columns[column].flatMap { rows[row][$0].isEmpty ? nil : rows[row][$0] }
  }

  /// A cell that must not be empty.
  func text(_ column: String, _ row: Int) throws(FormatFault) -> String {
    guard let text = self[column, row] else { throw fault(row, "\(column) is empty") }
    return text
  }

  private func fault(_ row: Int, _ reason: String) -> FormatFault {
    FormatFault("row \(row + 2)", reason)
  }

  private func integer(_ column: String, _ row: Int) throws(FormatFault) -> Int {
    let text = try text(column, row)
    guard let number = Int(text) else {
      throw fault(row, "\(column) is \(quoted(text)); expected an integer")
    }
    return number
  }

  /// A number that was measured; nothing where it was not.
  private func measured(_ column: String, _ row: Int) throws(FormatFault) -> Double? {
    guard let text = self[column, row] else { return nil }
    guard let number = decimalNumber(text) else {
      throw fault(row, "\(column) is \(quoted(text)); expected a number")
    }
    return number
  }

  private func scale(_ row: Int) throws(FormatFault) -> Float {
    let text = try text("scale", row)
    guard decimalNumber(text) != nil, let scale = Float(text) else {
      throw fault(row, "scale is \(quoted(text)); expected a number")
    }
    return scale
  }

  /// The model that the first line names.
  var model: RangeSet.Model? {
    get throws(FormatFault) {
      guard !rows.isEmpty, let name = self["model", 0], let hash = self["sha256", 0] else {
        return nil
      }
      return RangeSet.Model(name: name, sha256: hash)
    }
  }

  /// A tensor, whose lanes are the lines of a range.
  func tensor(_ lines: Range<Int>, _ context: FormatContext) throws(FormatFault) -> TensorRange {
    let first = lines.lowerBound
    var scales: [Float] = []
    var zeroPoints: [Int] = []
    for row in lines {
      if let lane = self["lane", row], lane != "\(row - first)" {
        throw fault(row, "the lane is \(quoted(lane)); expected \(row - first)")
      }
      for column in ["shape", "granularity", "bits", "scheme", "grid"]
      where self[column, row] != self[column, first] {
        throw fault(row, "\(column) is not that of the lanes before")
      }
      scales.append(try scale(row))
      zeroPoints.append(try integer("zero_point", row))
    }
    let name = try text("name", first)
    var draft = RangeDraft(
      place: "row \(first + 2), \(quoted(name))", name: name, grid: try grid(first), scales: scales,
      zeroPoints: zeroPoints, estimator: self["estimator", first] ?? "")
    draft.allowsMirrored = true
    draft.shape = try shape(first)
    if let kind = self["kind", first] {
      draft.kind = TensorRange.Kind(rawValue: kind)
      guard draft.kind != nil else {
        throw fault(first, "the kind is \(quoted(kind)); expected weight, activation or bias")
      }
    }
    if let text = self["granularity", first] {
      guard let granularity = Granularity(text) else {
        throw fault(
          first, "the granularity is \(quoted(text)); expected \(Granularity.expectation)")
      }
      guard FormatAbility.Lanes(granularity) != .block else {
        throw fault(first, "the granularity is \(granularity); ranges have no blocks")
      }
      draft.granularity = granularity
    } else if scales.count > 1 {
      throw fault(first, "\(scales.count) lanes; expected a granularity")
    }
    var range = try draft.range(context)
    try checkEnds(range, first)
    range.meanSquaredError = try measured("mse", first)
    range.regret = try measured("regret", first)
    return range
  }

  /// Columns `low` and `high` are for people; where they were changed, the scale does not follow.
  private func checkEnds(_ range: TensorRange, _ first: Int) throws(FormatFault) {
    for lane in range.scales.indices {
      let (low, high) = range.ends(ofLane: lane)
      for (column, end) in [("low", low), ("high", high)] {
        guard let given = try measured(column, first + lane) else { continue }
        guard (given - end).magnitude <= 1e-5 * max(-low, high) else {
          throw fault(
            first + lane, "\(column) is \(given); scale and zero point make it \(Float(end))")
        }
      }
    }
  }

  private func grid(_ row: Int) throws(FormatFault) -> CodeGrid {
    let (scheme, grid) = (try text("scheme", row), try text("grid", row))
    guard let known = QuantizationScheme(rawValue: scheme),
      let family = GridFamily(scheme: known, gridName: grid)
    else { throw fault(row, "no grid \(quoted(grid)) of the scheme \(quoted(scheme))") }
    let bits = try integer("bits", row)
    guard let width = BitWidth(bits) else { throw fault(row, "\(bits) bits; expected 2 to 16") }
    return CodeGrid(family, bits: width)
  }

  private func shape(_ row: Int) throws(FormatFault) -> [Int]? {
    guard let text = self["shape", row] else { return nil }
    var shape: [Int] = []
    for part in text.split(separator: "x", omittingEmptySubsequences: false) {
      guard let length = Int(part), length >= 0 else {
        throw fault(row, "the shape is \(quoted(text)); expected lengths such as 3x1x3x3")
      }
      shape.append(length)
    }
    return shape
  }
}
