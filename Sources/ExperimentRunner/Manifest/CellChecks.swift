internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// The axes of an experiment with the locations of their values.
struct CellAxes {
  let tensors: Axis<TensorReference>
  let estimators: Axis<NamedEstimator>
  let formats: Axis<CodeGrid>
  let granularities: Axis<Granularity>
  let calibrations: Axis<CalibrationChoice>

  /// The number of cells before exclusions; saturates.
  var count: Int {
    let counts = [
      tensors.values.count, estimators.values.count, formats.values.count,
      granularities.values.count, calibrations.values.count,
    ]
    return counts.reduce(1) { product, count in
      let (result, overflow) = product.multipliedReportingOverflow(by: count)
      return overflow ? .max : result
    }
  }
}

/// Checks that need all axes together: impossible cells, too many cells, no cell.
struct CellChecks {
  /// A limit, because planning holds all cells in memory.
  static let maximumCount = 10_000_000

  let log: FaultLog
  let cells: CellAxes
  let exclusions: [Exclusion]

  func run(excludeLocation: ManifestLocation?, keyLocations: [String: ManifestLocation]) {
    guard cells.count <= Self.maximumCount else {
      log.report(
        keyLocations["tensors"] ?? .text(line: 1, column: 1),
        "the manifest describes more than \(Self.maximumCount) cells", expected: "fewer")
      return
    }
    for tensor in cells.tensors.values where tensor.value.fault != nil {
      guard let fault = tensor.value.fault, isAnyLeft(tensor.value) else { continue }
      log.report(tensor.location, fault)
    }
    // An exclusion with a fault may have been meant for the cell: no second fault for one mistake.
    guard log.count == 0 || exclusions.isEmpty else { return }
    cells.granularities.values.forEach(checkAxis)
    cells.calibrations.values.forEach(checkBatches)
    guard log.count == 0 else { return }
    cells.granularities.values.forEach(checkLanes)
    cells.granularities.values.forEach(remarkOnLanes)
    checkRepeatedSplits()
    guard log.count == 0, let excludeLocation, cells.count > 0 else { return }
    if !cells.tensors.values.contains(where: { isAnyLeft($0.value) }) {
      log.report(
        excludeLocation, "every cell is excluded", expected: "at least one cell to be left")
    }
  }

  /// Checks that every tensor has the axis along which it is cut.
  private func checkAxis(_ granularity: Located<Granularity>) {
    let without = cells.tensors.values.map(\.value).filter {
      $0.hasShape && granularity.value.missingAxis(in: $0.shape) != nil
        && isAnyLeft($0, granularity.value)
    }
    guard let first = without.first, let axis = granularity.value.missingAxis(in: first.shape)
    else { return }
    let others = without.count == 1 ? "" : " (nor have \(without.count - 1) other tensors)"
    log.report(
      granularity.location,
      "tensor \(quoted(first.name)) of shape \(first.shape) has no axis \(axis)\(others)",
      expected: first.shape.isEmpty ? "no channels" : "an axis from 0 to \(first.shape.count - 1)")
  }

  /// Adds a remark on groups that are longer than an axis, which are allowed but seldom intended.
  private func remarkOnLanes(_ granularity: Located<Granularity>) {
    let found = cells.tensors.values.map(\.value).filter {
      $0.hasShape && isAnyLeft($0, granularity.value)
    }
    .compactMap { tensor in
      LanePartition(shape: tensor.shape, granularity: granularity.value)?.remark
        .map { "\(printable(tensor.name)): \($0)" }
    }
    guard let first = found.first else { return }
    let others = found.count == 1 ? "" : "; likewise \(counted(found.count - 1, "other tensor"))"
    log.remark(first + others)
  }

  /// Checks that the batches of each tensor have the same lanes.
  private func checkLanes(_ granularity: Located<Granularity>) {
    report(at: granularity.location) { tensor throws(BatchFault) in
      guard tensor.hasShape, tensor.layout.count > 1, isAnyLeft(tensor, granularity.value) else {
        return
      }
      _ = try tensor.layout.partitions(granularity.value)
    }
  }

  /// Checks that every tensor has the calibration batches, and others to measure.
  private func checkBatches(_ calibration: Located<CalibrationChoice>) {
    report(at: calibration.location) { tensor throws(BatchFault) in
      guard isAnyLeft(tensor, calibration: calibration.value) else { return }
      _ = try calibration.value.split(of: tensor.layout.count)
    }
  }

  /// Reports the first fault of any tensor.
  private func report(
    at location: ManifestLocation, _ check: (TensorReference) throws(BatchFault) -> Void
  ) {
    for tensor in cells.tensors.values where tensor.value.fault == nil {
      do throws(BatchFault) {
        try check(tensor.value)
      } catch {
        log.report(
          location, "tensor \(quoted(tensor.value.name)): \(error.problem)",
          expected: error.expected)
        return
      }
    }
  }

  /// Reports repeated choices: `4` and `{batches: 0..3, held_out: 4..7}` are one for a tensor of
  /// eight batches.
  private func checkRepeatedSplits() {
    for tensor in cells.tensors.values.map(\.value) {
      var seen: [CalibrationSplit: CalibrationChoice] = [:]
      for choice in cells.calibrations.values where isAnyLeft(tensor, calibration: choice.value) {
        guard let split = try? choice.value.split(of: tensor.layout.count) else { continue }
        if let first = seen.updateValue(choice.value, forKey: split) {
          log.report(
            choice.location,
            "for tensor \(quoted(tensor.name)) calibration '\(choice.value)' is '\(first)' again",
            expected: "every one once")
          return
        }
      }
    }
  }

  /// Whether a cell of a tensor, at the given or any granularity and calibration, is not excluded.
  private func isAnyLeft(
    _ tensor: TensorReference, _ granularity: Granularity? = nil,
    calibration: CalibrationChoice? = nil
  ) -> Bool {
    let granularities = granularity.map { [$0] } ?? cells.granularities.values.map(\.value)
    let calibrations = calibration.map { [$0] } ?? cells.calibrations.values.map(\.value)
    let relevant = exclusions.filter { $0.matches(tensor: tensor.name) }
    return granularities.contains { granularity in
      calibrations.contains { calibration in
        isAnyLeft(
          relevant.filter {
            $0.matches(granularity: granularity) && $0.matches(calibration: calibration)
          })
      }
    }
  }

  /// Whether exclusions leave an estimator and a number format.
  private func isAnyLeft(_ exclusions: [Exclusion]) -> Bool {
    cells.estimators.values.contains { estimator in
      let relevant = exclusions.filter { $0.matches(estimator: estimator.value.name) }
      return cells.formats.values.contains { format in
        !relevant.contains {
          $0.matches(grid: format.value.family) && $0.matches(bits: format.value.bits)
        }
      }
    }
  }
}
