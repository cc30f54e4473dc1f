public import CRangeLab
internal import QuantizationCore
internal import RangeEstimation

/// Quantizers with scales and zero points that are there already.
@c @implementation
public func rangelab_quantizers_create(
  _ shape: UnsafePointer<Int64>!, _ rank: Int32, _ options: UnsafePointer<rangelab_options>!,
  _ scales: UnsafePointer<Float>!, _ zeroPoints: UnsafePointer<Int32>!, _ lanes: Int64,
  _ unit: Float, _ quantizers: UnsafeMutablePointer<OpaquePointer?>!
) -> rangelab_status {
  reportingStatus {
    let options = try passed(options, "no options").pointee
    let place = try passed(quantizers, "no place for the quantizers")
    let format = try passedFormat(options.format)
    let shape = try passedShape(shape, rank: rank)
    _ = try elementCount(of: shape)
    let partition = try lanePartition(shape, passedGranularity(options.granularity))
    guard lanes == partition.count else {
      throw CallFailure.invalid(
        "\(lanes) scales; \(partition.granularity) of the shape \(shape) has \(partition.count) lanes"
      )
    }
    let scales = try passed(scales, "no scales")
    let grid = try resolved(format, unit)
    let parameters = try (0..<partition.count).map { lane in
      let zeroPoint = (zeroPoints.map { Int($0[lane]) }) ?? grid.restingZeroPoint
      return try given(scales[lane], zeroPoint, on: grid, lane: lane)
    }
    QuantizersHandle(parameters, partition, on: format, errors: nil).handOver(to: place)
  }
}

/// The format with the scale of the tensor, if its scales are multiples of one.
private func resolved(_ format: CodeGrid, _ unit: Float) throws -> CodeGrid {
  guard format.scaleFormat == .e4m3 else {
    guard unit == 0 else { throw CallFailure.invalid("a unit of \(unit); \(format) has none") }
    return format
  }
  guard unit > 0, unit.isFinite else {
    throw CallFailure.invalid("a unit of \(unit); expected the scale of the tensor, above 0")
  }
  return format.below(unit)
}

/// A quantizer of just this scale and zero point.
private func given(
  _ scale: Float, _ zeroPoint: Int, on grid: CodeGrid, lane: Int
) throws -> QuantizationParameters {
  let parameters = QuantizationParameters(scale: Double(scale), zeroPoint: zeroPoint, grid: grid)
  guard parameters.scale == scale else {
    throw CallFailure.invalid(
      "lane \(lane): a scale of \(scale); expected one above 0 that \(grid) can store, such as \(parameters.scale)"
    )
  }
  guard parameters.zeroPoint == zeroPoint else {
    throw CallFailure.invalid(
      "lane \(lane): a zero point of \(zeroPoint); \(grid) has "
        + (grid.family.scheme == .affine ? "\(grid.minimumCode) to \(grid.maximumCode)" : "0 only"))
  }
  return parameters
}

/// What a handle holds.
@c @implementation
public func rangelab_quantizers_read(
  _ quantizers: OpaquePointer!, _ view: UnsafeMutablePointer<rangelab_quantizers_view>!
) {
  guard let view, let handle = try? QuantizersHandle.of(quantizers) else { return }
  view.pointee = handle.view
}

/// Ends the life of a handle.
@c @implementation
public func rangelab_quantizers_free(_ quantizers: OpaquePointer!) {
  guard let quantizers else { return }
  Unmanaged<QuantizersHandle>.fromOpaque(UnsafeRawPointer(quantizers)).release()
}
