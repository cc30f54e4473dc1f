internal import QuantizationCore
internal import TensorIO

extension NetworkTable {
  /// The columns that together tell one row from another.
  package static let keyColumns = Array(columns.prefix(7))

  /// The columns without which a table cannot be read.
  package static let requiredColumns =
    keyColumns + ["samples", "agreement", "output_mse", "output_sqnr_db", "status"]

  /// Reads what ``text(_:interval:)`` writes; columns are found by name, and others are ignored.
  ///
  /// Numbers of right answers are the shares of the table times its samples, and so are exact.
  ///
  /// - Throws: ``ResultTableError`` naming the row and the column that cannot be read, and rows that are
  ///   there twice.
  package static func records(in text: String) throws(ResultTableError) -> [NetworkRecord] {
    let rows = try ResultTable.rows(of: text)
    guard let header = rows.first else { return [] }
    for column in requiredColumns where !header.contains(column) {
      throw ResultTableError("row 1: no column '\(column)'; expected a networks.csv")
    }
    var places: [String: Int] = [:]
    for (index, name) in header.enumerated() {
      guard places.updateValue(index, forKey: name) == nil || !columns.contains(name) else {
        throw ResultTableError("row 1: the column '\(name)' is there twice")
      }
    }
    var records: [NetworkRecord] = []
    var seen: Set<NetworkRecord.Key> = []
    for (index, cells) in rows.enumerated().dropFirst() {
      do throws(ResultTableError) {
        guard cells.count == header.count else {
          throw ResultTableError(
            "has \(counted(cells.count, "cell")); expected \(header.count), as the header has")
        }
        let record = try Row(cells: cells, places: places).record()
        guard seen.insert(record.key).inserted else {
          throw ResultTableError("'\(printable("\(record.key)"))' is there twice")
        }
        records.append(record)
      } catch {
        throw ResultTableError("row \(index + 1): \(error.description)")
      }
    }
    return records
  }

  /// A row with its cells by column; a column that the table does not have is empty.
  private struct Row {
    let cells: [String]
    let places: [String: Int]

    subscript(column: String) -> String { places[column].map { cells[$0] } ?? "" }

    func record() throws(ResultTableError) -> NetworkRecord {
      let key = NetworkRecord.Key(
        model: try name("model"), data: try name("data"), estimator: try name("estimator"),
        bits: try whole("bits", 1...64), weights: try format("weights"),
        activations: try format("activations"), granularity: try granularity())
      let status = try name("status")
      guard !self["samples"].isEmpty else {
        guard status != "ok" else { throw fault("samples", "a whole number where status is ok") }
        return NetworkRecord(key, nil, status: status)
      }
      return NetworkRecord(key, try figures(), status: status)
    }

    private func figures() throws(ResultTableError) -> NetworkRecord.Figures {
      let samples = try whole("samples", 1...Int(Int32.max))
      let share = try optional("top1", 0...1)
      let drop = try optional("top1_drop", -1...1)
      func count(_ share: Double) -> Int { Int((share * Double(samples)).rounded()) }
      let right = share.map(count)
      let floatRight = right.flatMap { right in drop.map { right + count($0) } }
      if let floatRight, !(0...samples).contains(floatRight) {
        throw fault("top1_drop", "no more than all samples right in float")
      }
      return NetworkRecord.Figures(
        samples: samples, floatRight: floatRight, right: right,
        pValue: try optional("p_value", 0...1), mrr: try optional("mrr", 0...1),
        agreement: try number("agreement", 0...1), outputMse: try measure("output_mse"),
        outputSqnrDb: try measure("output_sqnr_db"),
        outputCosine: self["output_cosine"].isEmpty ? .nan : try measure("output_cosine"),
        outputKl: self["output_kl"].isEmpty ? .nan : try measure("output_kl"),
        bytes: self["bytes"].isEmpty ? 0 : try whole("bytes", 0...Int.max))
    }

    private func name(_ column: String) throws(ResultTableError) -> String {
      guard !self[column].isEmpty else { throw fault(column, "a name") }
      return self[column]
    }

    private func format(_ column: String) throws(ResultTableError) -> String {
      guard CodeGrid(self[column]) != nil else {
        throw fault(column, "a number format such as int8-narrow")
      }
      return self[column]
    }

    private func granularity() throws(ResultTableError) -> String {
      let text = self["granularity"]
      let isGroup = text.hasPrefix("group:") && Int(text.dropFirst(6)).map { $0 > 0 } ?? false
      guard ["tensor", "channel"].contains(text) || isGroup else {
        throw fault("granularity", "tensor, channel or group:N")
      }
      return text
    }

    private func whole(
      _ column: String, _ range: ClosedRange<Int>
    ) throws(ResultTableError) -> Int {
      guard let value = Int(self[column]), range.contains(value) else {
        throw fault(column, "a whole number from \(range.lowerBound)")
      }
      return value
    }

    private func number(
      _ column: String, _ range: ClosedRange<Double>
    ) throws(ResultTableError) -> Double {
      guard let value = decimalNumber(self[column]), range.contains(value) else {
        throw fault(column, "a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))")
      }
      return value
    }

    private func optional(
      _ column: String, _ range: ClosedRange<Double>
    ) throws(ResultTableError) -> Double? {
      self[column].isEmpty ? nil : try number(column, range)
    }

    /// An error of the outputs, which is not finite where they have no signal or no error.
    private func measure(_ column: String) throws(ResultTableError) -> Double {
      switch self[column] {
      case "inf": return .infinity
      case "-inf": return -.infinity
      case "nan": return .nan
      default:
        guard let value = decimalNumber(self[column]) else {
          throw fault(column, "a number, inf, -inf or nan")
        }
        return value
      }
    }

    private func fault(_ column: String, _ expected: String) -> ResultTableError {
      ResultTableError(
        "column '\(column)' cannot be '\(printable(self[column], limit: 60))'; expected \(expected)"
      )
    }
  }
}
