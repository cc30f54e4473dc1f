internal import RangeEstimation
internal import ResultRecords
internal import TensorIO
internal import TensorSources

/// The inputs and revisions on which a result depends besides its key: one short text for each
/// part.
///
/// The address of a cell is the hash of its origin and its key. Its line in the store has all
/// parts, so that a cell with another origin tells which of them has changed.
struct CellOrigin: Hashable, Sendable {
  /// The parts, in the order in which they are written; if several differ, the first is reported.
  enum Part: String, CaseIterable, Sendable {
    /// The hash of the files and the names of members; empty for a synthetic tensor, which its name
    /// describes.
    case input
    /// The seed of a synthetic tensor and the revision of the generator; empty for files.
    case seed, generator
    /// The division of the tensor into batches.
    case batches
    /// The policy for NaN and infinity.
    case nonFinite
    /// The revision of the code that all cells share, and that of the estimator or the hash of a
    /// program.
    case shared, rule
  }

  /// The text of an empty part.
  static let none = "-"

  /// A text without spaces for each part.
  private(set) var texts: [String]

  /// Creates an origin with empty parts.
  init() { texts = Part.allCases.map { _ in Self.none } }

  /// Parses ``description``; nil for another number of parts, which another release may have
  /// written.
  init?(_ text: Substring) {
    texts = text.split(separator: " ").map(String.init)
    guard texts.count == Part.allCases.count else { return nil }
  }

  subscript(part: Part) -> String {
    get { texts[Self.place(part)] }
    set { texts[Self.place(part)] = newValue }
  }

  /// The origin of the cells of an estimator.
  func of(_ rule: NamedEstimator) -> CellOrigin {
    var origin = self
    origin[.rule] = rule.identity
    return origin
  }

  /// The address of the cell with a key.
  func address(of key: ResultRecord.Key) -> String {
    ContentHash.of(texts + ["cell"] + ResultTable.keyCells(key))
  }

  /// The first part in which another origin differs; nil if both are equal.
  func firstDifference(from other: CellOrigin) -> Part? {
    Part.allCases.first { self[$0] != other[$0] }
  }

  private static func place(_ part: Part) -> Int { Part.allCases.firstIndex(of: part) ?? 0 }
}

extension CellOrigin: CustomStringConvertible {
  /// The texts, separated by spaces.
  var description: String { texts.joined(separator: " ") }
}
