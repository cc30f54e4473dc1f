internal import Foundation
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// The reason why contenders cannot be compared.
package struct ComparisonError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kind of fault.
  package enum Fault: Sendable {
    /// Fewer than two contenders have results.
    case tooFew
    /// No two contenders were measured in the same cell.
    case nothingInCommon
    /// The reference is not one of the contenders.
    case unknownReference
  }

  /// The kind of fault.
  package let fault: Fault
  /// The message, of one line.
  package let description: String
}

/// The comparison of all contenders, over all cells and axis by axis.
package struct ErrorComparison: Sendable {
  /// The errors that are compared.
  package let errorTable: ErrorTable
  /// The settings of the comparison.
  package let method: ComparisonMethod
  /// The contender with which the others are compared.
  package let reference: String
  /// The comparison of all cells, then those of the slices of each axis.
  package let slices: [SliceComparison]

  /// Compares all contenders.
  ///
  /// - Throws: ``ComparisonError`` unless two contenders have a cell in common and the reference is one
  ///   of them; ``GSLError`` never for such data.
  package init(_ errorTable: ErrorTable, method: ComparisonMethod = ComparisonMethod()) throws {
    guard errorTable.contenders.count >= 2 else {
      throw ComparisonError(
        fault: .tooFew,
        description:
          "there is nothing to compare: "
          + counted(errorTable.contenders.count, String(errorTable.kind.rawValue.dropLast()))
          + " with results; expected two or more")
    }
    guard errorTable.cells.contains(where: { $0.errors.compactMap { $0 }.count >= 2 }) else {
      throw ComparisonError(
        fault: .nothingInCommon,
        description: "the \(errorTable.kind.rawValue) have no cell in common")
    }
    if let reference = method.reference, !errorTable.contenders.containsName(reference) {
      throw ComparisonError(
        fault: .unknownReference,
        description: "the reference '\(printable(reference))' has no results; expected one of "
          + errorTable.contenders.map { printable($0) }.joined(separator: ", "))
    }
    let reference = try method.reference ?? Self.reference(of: errorTable, method)
    self.errorTable = errorTable
    self.method = method
    self.reference = reference
    slices = try errorTable.slices.map {
      try SliceComparison($0, errorTable.contenders, reference: reference, method)
    }
  }

  /// The first file; or the estimator with the least mean rank or, if none is ranked, with the most
  /// measured cells.
  private static func reference(of errorTable: ErrorTable, _ method: ComparisonMethod) throws
    -> String
  {
    if errorTable.kind == .files { return errorTable.contenders[0] }
    let all = try errorTable.slices.first.map {
      try ContenderRanking($0, errorTable.contenders, method)
    }
    if let best = all?.entries.first { return best.contender }
    let counts = errorTable.contenders.indices.map { contender in
      errorTable.cells.count { $0.errors[contender] != nil }
    }
    let most = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
    return errorTable.contenders[most]
  }

  /// A cell in which a contender differs much from the reference.
  package struct Change: Sendable {
    /// The key of the cell.
    package let key: ErrorTable.SharedKey
    /// The contender.
    package let contender: String
    /// The error of the reference.
    package let from: Double
    /// The error of the contender.
    package let to: Double
  }

  /// The cells that differ most from the reference, by the factor between them, greatest first.
  package func largestChanges(_ count: Int) -> [Change] {
    guard let other = errorTable.contenders.firstIndex(ofName: reference) else { return [] }
    var changes: [(size: Double, change: Change)] = []
    for cell in errorTable.cells {
      guard let from = cell.errors[other] else { continue }
      for (index, name) in errorTable.contenders.enumerated() where index != other {
        guard let to = cell.errors[index], to != from else { continue }
        let size = from > 0 && to > 0 ? abs(log(to / from)) : .infinity
        guard size > method.tie else { continue }
        // In millionths, because the last bits of a logarithm have no meaning.
        changes.append(
          ((1e6 * size).rounded(), Change(key: cell.key, contender: name, from: from, to: to)))
      }
    }
    // The index makes the sort stable; cells are already in order.
    let order = changes.indices.sorted { (-changes[$0].size, $0) < (-changes[$1].size, $1) }
    return order.prefix(count).map { changes[$0].change }
  }
}
