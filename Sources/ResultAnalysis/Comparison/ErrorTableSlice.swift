internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// The cells of an error table that have one value on one axis.
package struct ErrorTableSlice: Sendable {
  /// The property by which cells are grouped.
  package enum Axis: String, CaseIterable, Sendable {
    /// None: the slice has every cell.
    case all
    /// One estimator, if files are compared.
    case estimator
    /// One bit width.
    case bits
    /// One scheme and range of codes.
    case grid
    /// One granularity.
    case granularity
    /// One number of calibration batches, with errors on held-out batches; or no batches held out.
    case calibration
  }

  /// The axis.
  package let axis: Axis
  /// The value, such as `4`, `affine unsigned`, `channel:0` or `2 batches`; empty on the axis
  /// ``Axis/all``.
  package let value: String
  /// The cells with that value.
  package let cells: [ErrorTable.Cell]

  /// The tensors, sorted.
  package var tensors: [String] { cells.lazy.map(\.key.tensor).distinctNames }
}

extension ErrorTable {
  /// The slice of all cells, then the slices of each axis with at least two values.
  package var slices: [ErrorTableSlice] {
    ErrorTableSlice.Axis.allCases.flatMap { axis -> [ErrorTableSlice] in
      let groups = Dictionary(grouping: cells) { ExactName($0.key.value(on: axis) ?? "") }
      guard axis == .all || groups.count >= 2 else { return [] }
      return groups.map { ErrorTableSlice(axis: axis, value: $0.text, cells: $1) }
        .sorted {
          ($0.order.0, $0.order.1, ExactName($0.value)) < (
            $1.order.0, $1.order.1, ExactName($1.value)
          )
        }
    }
  }
}

extension ErrorTableSlice {
  /// The rank in the order: narrow before wide, symmetric before affine, coarse before fine.
  fileprivate var order: (Int, Int) {
    guard let key = cells.first?.key else { return (0, 0) }
    return switch axis {
    case .all, .estimator: (0, 0)
    case .bits: (key.grid.bits.count, 0)
    case .grid: (key.grid.family.rank, 0)
    case .granularity: key.granularity.coarseness
    case .calibration: (key.split?.calibration.count ?? .max, 0)
    }
  }
}

extension ErrorTable.SharedKey {
  fileprivate func value(on axis: ErrorTableSlice.Axis) -> String? {
    switch axis {
    case .all: nil
    case .estimator: estimator
    case .bits: grid.bits.description
    case .grid: "\(grid.family.scheme.rawValue) \(grid.family.gridName)"
    case .granularity: granularity.description
    case .calibration:
      split.map { counted($0.calibration.count, "batch", "batches") } ?? "in sample"
    }
  }
}
