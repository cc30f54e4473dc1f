public import CRangeLab
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// Chooses quantizers for a tensor by a rule, and measures them on it.
@c @implementation
public func rangelab_estimate(
  _ tensor: UnsafePointer<rangelab_tensor>!, _ rule: UnsafePointer<CChar>!,
  _ options: UnsafePointer<rangelab_options>!,
  _ quantizers: UnsafeMutablePointer<OpaquePointer?>!
) -> rangelab_status {
  reportingStatus {
    let rule = try passedRule(rule)
    try choose(for: tensor, options, quantizers) { calibration, grid, skipped, findingOptimum in
      try calibration.measuredChoice(
        of: rule.estimator, on: grid, findingOptimum: findingOptimum, skipped: skipped)
    }
  }
}

/// The certified optimum of a tensor.
@c @implementation
public func rangelab_optimum(
  _ tensor: UnsafePointer<rangelab_tensor>!, _ options: UnsafePointer<rangelab_options>!,
  _ quantizers: UnsafeMutablePointer<OpaquePointer?>!
) -> rangelab_status {
  reportingStatus {
    try choose(for: tensor, options, quantizers) { calibration, grid, skipped, _ in
      guard let optima = try calibration.laneOptima(on: grid) else {
        throw EstimationError.notDefined(reason: "\(grid): optima are certified up to 8 bits")
      }
      let errors = try calibration.errors(
        of: optima.parameters, on: grid, findingOptimum: true, skipped: skipped)
      return (optima.parameters, errors)
    }
  }
}

/// Chooses and measures quantizers for a tensor where it lies, and hands them over.
private func choose(
  for tensor: UnsafePointer<rangelab_tensor>?, _ options: UnsafePointer<rangelab_options>?,
  _ quantizers: UnsafeMutablePointer<OpaquePointer?>?,
  by choice: (
    inout Calibration<BorrowedLanes>, CodeGrid, _ skipped: Int, _ findingOptimum: Bool
  ) throws -> (parameters: [QuantizationParameters], errors: rangelab_errors)
) throws {
  let options = try passed(options, "no options").pointee
  let place = try passed(quantizers, "no place for the quantizers")
  let grid = try passedFormat(options.format)
  let tensor = try PassedTensor(tensor)
  let partition = try tensor.partition(passedGranularity(options.granularity))
  let skipped = try tensor.skipped(ifAllowed: options.skip_nonfinite != 0)
  var calibration = Calibration(
    BorrowedLanes(tensor.values, partition: partition, dropsNonFinite: skipped > 0),
    workers: try passedWorkers(options.threads, for: tensor.values.count))
  let (parameters, errors) = try choice(&calibration, grid, skipped, options.find_optimum != 0)
  QuantizersHandle(parameters, partition, on: grid, errors: errors).handOver(to: place)
}

/// What quantizers cost on any tensor with their lanes.
@c @implementation
public func rangelab_measure(
  _ tensor: UnsafePointer<rangelab_tensor>!, _ quantizers: OpaquePointer!,
  _ options: UnsafePointer<rangelab_options>!, _ errors: UnsafeMutablePointer<rangelab_errors>!
) -> rangelab_status {
  reportingStatus {
    let place = try passed(errors, "no place for the errors")
    let (options, handle) = (
      options?.pointee ?? rangelab_options(), try QuantizersHandle.of(quantizers)
    )
    let tensor = try PassedTensor(tensor)
    let partition = try handle.partition(of: tensor.shape)
    let skipped = try tensor.skipped(ifAllowed: options.skip_nonfinite != 0)
    var calibration = Calibration(
      BorrowedLanes(tensor.values, partition: partition, dropsNonFinite: skipped > 0),
      workers: try passedWorkers(options.threads, for: tensor.values.count))
    place.pointee = try calibration.errors(
      of: handle.parameters, on: handle.grid, findingOptimum: options.find_optimum != 0,
      skipped: skipped)
  }
}
