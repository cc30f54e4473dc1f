internal import CRangeLab
internal import CStandardLibrary
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// What a handle of quantizers points to.
///
/// It never changes, so that threads can share it.
final class QuantizersHandle: @unchecked Sendable {
  let partition: LanePartition
  let parameters: [QuantizationParameters]
  /// What `rangelab_quantizers_read` answers; its pointers belong to this object.
  let view: rangelab_quantizers_view

  /// - Parameter errors: What was measured; nil if nothing was.
  init(
    _ parameters: [QuantizationParameters], _ partition: LanePartition, on grid: CodeGrid,
    errors: rangelab_errors?
  ) {
    (self.parameters, self.partition) = (parameters, partition)
    let laneShape = partition.laneShape.map { Int64($0) }
    view = rangelab_quantizers_view(
      lanes: Int64(parameters.count), scales: Self.kept(parameters.map(\.scale)),
      zero_points: Self.kept(parameters.map { Int32($0.zeroPoint) }),
      lane_shape: Self.kept(laneShape), lane_rank: Int32(laneShape.count),
      degenerate_lanes: Int32(clamping: parameters.count { $0.condition == .degenerate }),
      format: strdup(grid.description), granularity: strdup(partition.granularity.description),
      errors: errors.map { Self.kept([$0]) })
  }

  deinit {
    view.scales.deallocate()
    view.zero_points.deallocate()
    view.lane_shape.deallocate()
    view.errors?.deallocate()
    free(UnsafeMutableRawPointer(mutating: view.format))
    free(UnsafeMutableRawPointer(mutating: view.granularity))
  }

  /// The format, with the scale of the tensor that its scales are multiples of, if they are.
  var grid: CodeGrid { parameters[0].grid }

  /// A copy of numbers that stays where it is.
  private static func kept<Number>(_ numbers: [Number]) -> UnsafePointer<Number> {
    let memory = UnsafeMutablePointer<Number>.allocate(capacity: max(1, numbers.count))
    memory.initialize(from: numbers, count: numbers.count)
    return UnsafePointer(memory)
  }

  /// The lanes of a tensor that these quantizers are for.
  ///
  /// - Throws: ``CallFailure`` if the tensor has other lanes.
  func partition(of shape: [Int]) throws -> LanePartition {
    guard let found = LanePartition(shape: shape, granularity: partition.granularity),
      found.hasLanes(of: partition), found.count == parameters.count
    else {
      throw CallFailure.invalid(
        "the shape \(shape) has other lanes than the quantizers, which are for \(partition.shape), "
          + "\(partition.granularity)")
    }
    return found
  }

  /// Gives the object to the caller, who frees it.
  func handOver(to quantizers: UnsafeMutablePointer<OpaquePointer?>) {
    quantizers.pointee = OpaquePointer(Unmanaged.passRetained(self).toOpaque())
  }

  /// The object of a handle.
  static func of(_ handle: OpaquePointer?) throws -> QuantizersHandle {
    let handle = try passed(handle, "no quantizers")
    return Unmanaged<QuantizersHandle>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }
}
