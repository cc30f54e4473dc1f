public import CRangeLab
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// Writes the code of every value.
@c @implementation
public func rangelab_quantize(
  _ tensor: UnsafePointer<rangelab_tensor>!, _ quantizers: OpaquePointer!, _ threads: Int32,
  _ codes: UnsafeMutableRawPointer!
) -> rangelab_status {
  reportingStatus {
    let handle = try QuantizersHandle.of(quantizers)
    let tensor = try PassedTensor(tensor)
    let (partition, place) = (
      try handle.partition(of: tensor.shape), try passed(codes, "no place for the codes")
    )
    let workers = try passedWorkers(threads, for: tensor.values.count)
    func write<Code: FixedWidthInteger & Sendable>(_ type: Code.Type) {
      let codes = UnsafeMutableBufferPointer(
        start: place.assumingMemoryBound(to: type), count: tensor.values.count)
      partition.quantize(tensor.values, with: handle.parameters, into: codes, workers: workers)
    }
    CodeStorage(for: handle.grid).withCodes { write($0) }
  }
}

/// Writes the value of every code.
@c @implementation
public func rangelab_dequantize(
  _ codes: UnsafeRawPointer!, _ shape: UnsafePointer<Int64>!, _ rank: Int32,
  _ quantizers: OpaquePointer!, _ threads: Int32, _ values: UnsafeMutablePointer<Float>!
) -> rangelab_status {
  reportingStatus {
    let handle = try QuantizersHandle.of(quantizers)
    let shape = try passedShape(shape, rank: rank)
    let count = try elementCount(of: shape)
    let partition = try handle.partition(of: shape)
    let source = try passed(codes, "no codes")
    let target = UnsafeMutableBufferPointer(
      start: try passed(values, "no place for the values"), count: count)
    let workers = try passedWorkers(threads, for: count)
    func read<Code: FixedWidthInteger & Sendable>(_ type: Code.Type) throws {
      let codes = UnsafeBufferPointer(start: source.assumingMemoryBound(to: type), count: count)
      try check(codes, on: handle.grid)
      partition.dequantize(codes, with: handle.parameters, into: target, workers: workers)
    }
    try CodeStorage(for: handle.grid).withCodes { try read($0) }
  }
}

/// Writes what is left of every value after quantization.
@c @implementation
public func rangelab_fake_quantize(
  _ tensor: UnsafePointer<rangelab_tensor>!, _ quantizers: OpaquePointer!, _ threads: Int32,
  _ values: UnsafeMutablePointer<Float>!
) -> rangelab_status {
  reportingStatus {
    let handle = try QuantizersHandle.of(quantizers)
    let tensor = try PassedTensor(tensor)
    let partition = try handle.partition(of: tensor.shape)
    let target = UnsafeMutableBufferPointer(
      start: try passed(values, "no place for the values"), count: tensor.values.count)
    let workers = try passedWorkers(threads, for: tensor.values.count)
    func write<Code: FixedWidthInteger & Sendable>(_ type: Code.Type) {
      partition.fakeQuantize(
        tensor.values, through: type, with: handle.parameters, into: target, workers: workers)
    }
    CodeStorage(for: handle.grid).withCodes { write($0) }
  }
}

extension CodeStorage {
  /// Calls `body` with the type of the codes.
  fileprivate func withCodes(
    _ body: (any (FixedWidthInteger & Sendable).Type) throws -> Void
  ) rethrows {
    switch self {
    case .int8: try body(Int8.self)
    case .uint8: try body(UInt8.self)
    case .int16: try body(Int16.self)
    case .uint16: try body(UInt16.self)
    }
  }
}

/// Throws if a code is none of a format: a table of levels has nothing for it.
private func check<Code: FixedWidthInteger>(
  _ codes: UnsafeBufferPointer<Code>, on grid: CodeGrid
) throws {
  var (least, most) = (Code.max, Code.min)
  for code in codes { (least, most) = (min(least, code), max(most, code)) }
  guard Int(least) < grid.minimumCode || Int(most) > grid.maximumCode else { return }
  let index = codes.firstIndex { !grid.codes.contains(Int($0)) } ?? 0
  throw CallFailure.invalid(
    "code \(codes[index]) at index \(index); \(grid) has \(grid.minimumCode) to \(grid.maximumCode)"
  )
}
