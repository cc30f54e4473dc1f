internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import Synchronization

/// What a handle of a calibrator points to.
///
/// A lock guards it, so that threads can share it.
final class CalibratorHandle: Sendable {
  let granularity: Granularity
  let skipsNonFinite: Bool
  private let state: Mutex<ObservedBatches>

  /// A calibrator that has observed nothing.
  ///
  /// - Parameter rules: The rules that will be asked; the batches are kept if there are none.
  init(_ granularity: Granularity, for rules: [NamedEstimator], skipsNonFinite: Bool) {
    (self.granularity, self.skipsNonFinite) = (granularity, skipsNonFinite)
    var batches = ObservedBatches()
    if rules.isEmpty {
      batches.kept = KeptBatches()
    } else {
      batches.summed = TensorObserver(
        granularity: granularity, for: rules.map(\.estimator), dropsNonFinite: skipsNonFinite)
    }
    state = Mutex(batches)
  }

  /// A calibrator that has observed the same batches.
  init(copy other: CalibratorHandle) {
    (granularity, skipsNonFinite) = (other.granularity, other.skipsNonFinite)
    state = Mutex(other.state.withLock { $0 })
  }

  /// Reads or changes what has been observed.
  func withBatches<Result: Sendable>(
    _ body: (inout ObservedBatches) throws -> Result
  ) throws -> Result {
    try state.withLock { try body(&$0) }
  }

  /// The object of a handle.
  static func of(_ handle: OpaquePointer?) throws -> CalibratorHandle {
    let handle = try passed(handle, "no calibrator")
    return Unmanaged<CalibratorHandle>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }
}

/// The batches of a calibrator: themselves, or statistics of them; one of the two is there.
struct ObservedBatches: Sendable {
  var kept: KeptBatches?
  var summed: TensorObserver?
}

/// Batches that are kept, with what has been computed of all of them.
struct KeptBatches: Sendable {
  private(set) var lanes: [TensorLanes] = []
  private(set) var first: LanePartition?
  private(set) var elements = 0
  private(set) var skipped = 0
  /// The statistics of the batches, which rules share, and the number of threads they work with.
  private var known: (calibration: Calibration<TensorLanes>, threads: Int)?

  /// Adds a batch: a copy of its values.
  ///
  /// - Throws: ``CallFailure`` if its lanes are not those of the first batch.
  mutating func append(_ tensor: PassedTensor, _ partition: LanePartition, skipped: Int) throws {
    if let first, !partition.hasLanes(of: first) {
      throw CallFailure.invalid(
        "the lanes of \(partition.granularity) are not those of the first batch: the shapes are "
          + "\(first.shape) and \(partition.shape)")
    }
    first = first ?? partition
    lanes.append(
      TensorLanes(values: Array(tensor.values), partition: partition, dropsNonFinite: skipped > 0))
    elements += tensor.values.count
    self.skipped += skipped
    known = nil
  }

  /// Calls `body` with the calibration of all batches, whose statistics are kept for the next call.
  mutating func withCalibration<Result>(
    _ workers: Workers, _ body: (inout Calibration<TensorLanes>) throws -> Result
  ) rethrows -> Result {
    var calibration =
      known.flatMap { $0.threads == workers.count ? $0.calibration : nil }
      ?? Calibration(batches: lanes, workers: workers)
    // Moved, not copied: statistics may be large.
    known = nil
    defer { known = (calibration, workers.count) }
    return try body(&calibration)
  }
}
