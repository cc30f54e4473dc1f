internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// The part of a contest with one value on one axis.
package struct ContestSlice: Sendable {
  /// What a slice is cut along.
  package enum Axis: String, CaseIterable, Sendable {
    /// Not cut: every cell.
    case all
    /// One estimator; only where the contenders are files.
    case estimator
    /// One bit width.
    case bits
    /// One scheme and range of codes.
    case grid
    /// One granularity.
    case granularity
    /// One number of calibration batches, with errors of batches held out; or none held out.
    case calibration
  }

  /// The axis.
  package let axis: Axis
  /// The value, such as `4`, `affine unsigned` or `channel:0` or `2 batches`; empty on the axis ``Axis/all``.
  package let value: String
  /// The cells with that value.
  package let cells: [Contest.Cell]

  /// The tensors, sorted.
  package var tensors: [String] { cells.lazy.map(\.place.tensor).distinctNames }
}

extension Contest {
  /// All cells, and then the slices of every axis that has two values or more.
  package var slices: [ContestSlice] {
    ContestSlice.Axis.allCases.flatMap { axis -> [ContestSlice] in
      let groups = Dictionary(grouping: cells) { ExactName($0.place.value(on: axis) ?? "") }
      guard axis == .all || groups.count >= 2 else { return [] }
      return groups.map { ContestSlice(axis: axis, value: $0.text, cells: $1) }
        .sorted {
          ($0.order.0, $0.order.1, ExactName($0.value)) < (
            $1.order.0, $1.order.1, ExactName($1.value)
          )
        }
    }
  }
}

extension ContestSlice {
  /// Narrow before wide, symmetric before affine, coarse before fine.
  fileprivate var order: (Int, Int) {
    guard let place = cells.first?.place else { return (0, 0) }
    return switch axis {
    case .all, .estimator: (0, 0)
    case .bits: (place.grid.bits.count, 0)
    case .grid: (place.grid.family.rank, 0)
    case .granularity: place.granularity.coarseness
    case .calibration: (place.split?.calibration.count ?? .max, 0)
    }
  }
}

extension Contest.Place {
  fileprivate func value(on axis: ContestSlice.Axis) -> String? {
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
