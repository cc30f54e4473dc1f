internal import RangeEstimation
internal import ResultRecords
internal import TensorIO
internal import TensorSources

/// What a number depends on besides the combination it stands for: one short text for each part.
///
/// The address of a cell is the hash of its origin and its key, and its line in the store names the
/// parts: where a cell is not found, those of an earlier one of the same key tell why.
struct CellOrigin: Hashable, Sendable {
  /// The parts, in the order they are written; where several differ, the first is the reason given.
  enum Part: String, CaseIterable, Sendable {
    /// The hash of the files and the names of members; of a synthetic tensor, which its name
    /// describes, nothing.
    case input
    /// The seed of a synthetic tensor and the revision of what draws it; of files nothing.
    case seed, generator
    /// How the tensor falls into batches.
    case batches
    /// What is done with NaN and infinity.
    case nonFinite
    /// The revision of what all cells share, and that of the rule, or the hash of a program.
    case shared, rule
  }

  /// What stands for a part that there is nothing of.
  static let none = "-"

  /// A text without spaces for each part.
  private(set) var texts: [String]

  /// Nothing yet.
  init() { texts = Part.allCases.map { _ in Self.none } }

  /// Reads ``description``; nothing where it has another number of parts, as those of another release
  /// may have.
  init?(_ text: Substring) {
    texts = text.split(separator: " ").map(String.init)
    guard texts.count == Part.allCases.count else { return nil }
  }

  subscript(part: Part) -> String {
    get { texts[Self.place(part)] }
    set { texts[Self.place(part)] = newValue }
  }

  /// The origin of the cells of a rule.
  func of(_ rule: NamedEstimator) -> CellOrigin {
    var origin = self
    origin[.rule] = rule.identity
    return origin
  }

  /// The address of the cell of a key.
  func address(of key: ResultRecord.Key) -> String {
    ContentHash.of(texts + ["cell"] + ResultTable.keyCells(key))
  }

  /// The first part in which another origin differs; nil where it is the same.
  func firstDifference(from other: CellOrigin) -> Part? {
    Part.allCases.first { self[$0] != other[$0] }
  }

  private static func place(_ part: Part) -> Int { Part.allCases.firstIndex(of: part) ?? 0 }
}

extension CellOrigin: CustomStringConvertible {
  /// The texts with spaces between them.
  var description: String { texts.joined(separator: " ") }
}
