internal import RangeEstimation
internal import ResultRecords
internal import TensorIO
internal import TensorSources

/// What the result of a cell depends on besides its key: inputs, and revisions of the program.
///
/// Each dependency is one short text.
///
/// The address of a cell is the hash of its origin and its key. Its line in the store has all
/// texts, so that a comparison with another origin tells which dependency has changed.
struct CellOrigin: Hashable, Sendable {
  /// The dependencies, in the order in which they are written; if several differ, the first is
  /// reported.
  enum Dependency: String, CaseIterable, Sendable {
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

  /// The text of a dependency that a cell does not have.
  static let none = "-"

  /// A text without spaces for each dependency.
  private(set) var texts: [String]

  /// Creates an origin without dependencies.
  init() { texts = Dependency.allCases.map { _ in Self.none } }

  /// Parses ``description``; nil for another number of texts, which another release may have
  /// written.
  init?(_ text: Substring) {
    texts = text.split(separator: " ").map(String.init)
    guard texts.count == Dependency.allCases.count else { return nil }
  }

  subscript(dependency: Dependency) -> String {
    get { texts[Self.place(dependency)] }
    set { texts[Self.place(dependency)] = newValue }
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

  /// The first dependency in which another origin differs; nil if both are equal.
  func firstDifference(from other: CellOrigin) -> Dependency? {
    Dependency.allCases.first { self[$0] != other[$0] }
  }

  private static func place(_ dependency: Dependency) -> Int {
    Dependency.allCases.firstIndex(of: dependency) ?? 0
  }
}

extension CellOrigin: CustomStringConvertible {
  /// The texts, separated by spaces.
  var description: String { texts.joined(separator: " ") }
}
