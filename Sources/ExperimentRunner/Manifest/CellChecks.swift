internal import QuantizationCore
internal import RangeEstimation
internal import TensorIO

/// The axes of an experiment with the places of their values.
struct CellAxes {
  let tensors: Axis<TensorReference>
  let estimators: Axis<NamedEstimator>
  let bits: Axis<BitWidth>
  let grids: Axis<GridFamily>
  let granularities: Axis<Granularity>

  /// The number of cells before exclusions; saturates.
  var count: Int {
    let counts = [
      tensors.values.count, estimators.values.count, bits.values.count, grids.values.count,
      granularities.values.count,
    ]
    return counts.reduce(1) { product, count in
      let (result, overflow) = product.multipliedReportingOverflow(by: count)
      return overflow ? .max : result
    }
  }
}

/// Checks what only all axes together can show: impossible cells, too many of them, none at all.
struct CellChecks {
  /// More would not be run to the end, and planning holds them all.
  static let maximumCount = 10_000_000

  let log: ProblemLog
  let cells: CellAxes
  let exclusions: [Exclusion]

  func run(excludePlace: Place?, keyPlaces: [String: Place]) {
    guard cells.count <= Self.maximumCount else {
      log.report(
        keyPlaces["tensors"] ?? .text(line: 1, column: 1),
        "the manifest describes more than \(Self.maximumCount) cells", expected: "fewer")
      return
    }
    // Exclusions that could not be read would have excused cells: no second fault for one slip.
    guard log.count == 0 || exclusions.isEmpty else { return }
    cells.granularities.values.forEach(checkAxis)
    guard log.count == 0, let excludePlace, cells.count > 0 else { return }
    let isSomethingLeft = cells.tensors.values.contains { tensor in
      cells.granularities.values.contains { isAnyLeft(tensor.value, $0.value) }
    }
    if !isSomethingLeft {
      log.report(excludePlace, "every cell is excluded", expected: "at least one cell to be left")
    }
  }

  /// Every tensor that is to be cut along an axis must have that axis.
  private func checkAxis(_ granularity: Placed<Granularity>) {
    guard case .channel(let axis) = granularity.value else { return }
    let without = cells.tensors.values.map(\.value).filter {
      !$0.shape.indices.contains(axis) && isAnyLeft($0, granularity.value)
    }
    guard let first = without.first else { return }
    let others = without.count == 1 ? "" : " (nor have \(without.count - 1) other tensors)"
    log.report(
      granularity.place,
      "tensor \(quoted(first.name)) of shape \(first.shape) has no axis \(axis)\(others)",
      expected: first.shape.isEmpty ? "no channels" : "an axis from 0 to \(first.shape.count - 1)")
  }

  /// Whether any cell of a tensor at a granularity is to be run.
  private func isAnyLeft(_ tensor: TensorReference, _ granularity: Granularity) -> Bool {
    let relevant = exclusions.filter {
      $0.matches(tensor: tensor.name) && $0.matches(granularity: granularity)
    }
    return cells.estimators.values.contains { estimator in
      let relevant = relevant.filter { $0.matches(estimator: estimator.value.name) }
      return cells.grids.values.contains { grid in
        let relevant = relevant.filter { $0.matches(grid: grid.value) }
        return cells.bits.values.contains { bits in
          !relevant.contains { $0.matches(bits: bits.value) }
        }
      }
    }
  }
}
