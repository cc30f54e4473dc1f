internal import RangeFiles
internal import ResultRecords
internal import TensorIO

/// What another tool calls the tensors of a model, where that is not what the model calls them.
///
/// The table has two columns, `name,format_name`.
package struct TensorAliases: Sendable {
  private var theirs: [ExactName: String] = [:]
  private var ours: [ExactName: String] = [:]

  /// Every tensor has its own name.
  package init() {}

  /// Reads a table.
  ///
  /// - Throws: ``FormatFault`` where a name is there twice.
  package init(csv text: String) throws(FormatFault) {
    let rows: [[String]]
    do throws(CSVFault) { rows = try CSVText.rows(text) } catch {
      throw FormatFault(error.description)
    }
    guard rows.first == ["name", "format_name"] else {
      throw FormatFault("row 1", "expected the header name,format_name")
    }
    for (place, row) in rows.enumerated().dropFirst() {
      guard row.count == 2, !row[0].isEmpty, !row[1].isEmpty else {
        throw FormatFault("row \(place + 1)", "expected two names")
      }
      guard theirs.updateValue(row[1], forKey: ExactName(row[0])) == nil,
        ours.updateValue(row[0], forKey: ExactName(row[1])) == nil
      else {
        throw FormatFault("row \(place + 1)", "a name is there twice; expected every name once")
      }
    }
  }

  /// What the other tool calls a tensor.
  package func theirs(_ name: String) -> String { theirs[ExactName(name)] ?? name }

  /// What the model calls a tensor.
  package func ours(_ name: String) -> String { ours[ExactName(name)] ?? name }
}

/// What tells tensors of a file apart: the name, and whether it is an activation; layers of some tools have
/// both under one name.
struct TensorIdentity: Hashable {
  private let name: ExactName
  private let isActivation: Bool

  init(_ range: TensorRange) {
    (name, isActivation) = (ExactName(range.name), range.kind == .activation)
  }

  /// The first name that is there twice.
  static func repeated(_ ranges: [TensorRange]) -> String? {
    var seen: Set<TensorIdentity> = []
    return ranges.first { !seen.insert(TensorIdentity($0)).inserted }?.name
  }
}
