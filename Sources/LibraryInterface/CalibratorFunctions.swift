public import CRangeLab
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// A calibrator that has observed nothing.
@c @implementation
public func rangelab_calibrator_create(
  _ granularity: UnsafePointer<CChar>!, _ rules: UnsafePointer<UnsafePointer<CChar>?>!,
  _ count: Int, _ skipsNonFinite: Int32, _ calibrator: UnsafeMutablePointer<OpaquePointer?>!
) -> rangelab_status {
  reportingStatus {
    let place = try passed(calibrator, "no place for the calibrator")
    guard count >= 0, count == 0 || rules != nil else { throw CallFailure.invalid("no rules") }
    let handle = CalibratorHandle(
      try passedGranularity(granularity), for: try (0..<count).map { try passedRule(rules[$0]) },
      skipsNonFinite: skipsNonFinite != 0)
    place.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
  }
}

/// A calibrator that has observed the same batches.
@c @implementation
public func rangelab_calibrator_copy(
  _ calibrator: OpaquePointer!, _ copy: UnsafeMutablePointer<OpaquePointer?>!
) -> rangelab_status {
  reportingStatus {
    let place = try passed(copy, "no place for the calibrator")
    let handle = CalibratorHandle(copy: try CalibratorHandle.of(calibrator))
    place.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
  }
}

/// Adds a batch.
@c @implementation
public func rangelab_calibrator_observe(
  _ calibrator: OpaquePointer!, _ batch: UnsafePointer<rangelab_tensor>!
) -> rangelab_status {
  reportingStatus {
    let handle = try CalibratorHandle.of(calibrator)
    let tensor = try PassedTensor(batch)
    let partition = try tensor.partition(handle.granularity)
    let skipped = try tensor.skipped(ifAllowed: handle.skipsNonFinite)
    try handle.withBatches { batches in
      try batches.kept?.append(tensor, partition, skipped: skipped)
      try batches.summed?.observe(tensor.values, shape: tensor.shape)
    }
  }
}

/// Chooses quantizers for the batches observed so far.
@c @implementation
public func rangelab_calibrator_estimate(
  _ calibrator: OpaquePointer!, _ rule: UnsafePointer<CChar>!,
  _ options: UnsafePointer<rangelab_options>!,
  _ quantizers: UnsafeMutablePointer<OpaquePointer?>!
) -> rangelab_status {
  reportingStatus {
    let handle = try CalibratorHandle.of(calibrator)
    let (rule, options) = (try passedRule(rule), try passed(options, "no options").pointee)
    let place = try passed(quantizers, "no place for the quantizers")
    let grid = try passedFormat(options.format)
    let found = try handle.withBatches { batches in
      try batches.quantizers(
        by: rule, on: grid, threads: options.threads, findingOptimum: options.find_optimum != 0)
    }
    found.handOver(to: place)
  }
}

extension ObservedBatches {
  /// The quantizers that a rule chooses, measured if the batches are kept.
  fileprivate mutating func quantizers(
    by rule: NamedEstimator, on grid: CodeGrid, threads: Int32, findingOptimum: Bool
  ) throws -> QuantizersHandle {
    if let observer = summed {
      guard let partition = observer.partition, let sealed = observer.sealed() else {
        throw CallFailure.invalid("no batch was observed")
      }
      let parameters = try sealed.parameters(of: rule.estimator, on: grid)
      return QuantizersHandle(parameters, partition, on: grid, errors: nil)
    }
    guard let partition = kept?.first,
      let (elements, skipped) = kept.map({ ($0.elements, $0.skipped) }),
      let (parameters, errors) = try kept?.withCalibration(
        passedWorkers(threads, for: elements),
        {
          try $0.measuredChoice(
            of: rule.estimator, on: grid, findingOptimum: findingOptimum, skipped: skipped)
        })
    else { throw CallFailure.invalid("no batch was observed") }
    return QuantizersHandle(parameters, partition, on: grid, errors: errors)
  }
}

/// Ends the life of a calibrator.
@c @implementation
public func rangelab_calibrator_free(_ calibrator: OpaquePointer!) {
  guard let calibrator else { return }
  Unmanaged<CalibratorHandle>.fromOpaque(UnsafeRawPointer(calibrator)).release()
}
