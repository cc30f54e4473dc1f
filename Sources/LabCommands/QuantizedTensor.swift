internal import ExperimentRunner
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import TensorIO

/// The integers that codes and zero points are written as.
protocol CodeElement: FixedWidthInteger, NPYElement, SafetensorsElement {}

extension Int8: CodeElement {}
extension UInt8: CodeElement {}
extension Int16: CodeElement {}
extension UInt16: CodeElement {}

extension CodeStorage {
  /// Calls `body` with the type of the codes.
  func withType<Result>(_ body: (any CodeElement.Type) throws -> Result) rethrows -> Result {
    switch self {
    case .int8: try body(Int8.self)
    case .uint8: try body(UInt8.self)
    case .int16: try body(Int16.self)
    case .uint16: try body(UInt16.self)
    }
  }
}

/// What is written of one quantized tensor into a .safetensors file, in the manner of ONNX.
///
/// `NAME`, the codes in the tensor's shape; `NAME_scale`, float32; `NAME_zero_point`, of the codes'
/// type. Packed codes have `NAME_shape` besides, the shape of the tensor.
struct QuantizedTensor {
  let name: String
  let shape: [Int]
  let partition: LanePartition
  let storage: CodeStorage
  let isPacked: Bool

  /// What a file is told of it before it is quantized.
  var entries: [SafetensorsEntry] {
    let lanes = partition.laneShape
    let packed = SafetensorsEntry(name: name, shape: PackedCodes.shape(of: shape), of: UInt8.self)
    let extent = SafetensorsEntry(name: "\(name)_shape", shape: [shape.count], of: Int64.self)
    return storage.withType { type in
      [
        isPacked ? packed : SafetensorsEntry(name: name, shape: shape, of: type),
        SafetensorsEntry(name: "\(name)_scale", shape: lanes, of: Float.self),
        SafetensorsEntry(name: "\(name)_zero_point", shape: lanes, of: type),
      ] + (isPacked ? [extent] : [])
    }
  }

  /// Quantizes and writes.
  ///
  /// - Parameter first: The place of the first entry in the file.
  func write(
    _ values: [Float], with parameters: [QuantizationParameters], to file: SafetensorsWriter,
    from first: Int, workers: Workers
  ) throws {
    func write<Code: CodeElement>(_: Code.Type) throws {
      let codes: [Code] = partition.quantize(values, with: parameters, workers: workers)
      if isPacked {
        try file.append(PackedCodes.bytes(of: codes, shape: shape), to: first)
        try file.append(shape.map(Int64.init), to: first + 3)
      } else {
        try file.append(codes, to: first)
      }
      try file.append(parameters.map(\.scale), to: first + 1)
      try file.append(parameters.map { Code($0.zeroPoint) }, to: first + 2)
    }
    try storage.withType { try write($0) }
  }
}

/// Two codes of up to 4 bits in a byte, the first in the low bits.
///
/// A row along the last axis begins with a byte of its own; where its length is odd, the last high
/// bits are zero.
enum PackedCodes {
  /// The shape of the bytes.
  static func shape(of shape: [Int]) -> [Int] {
    guard let row = shape.last else { return [1] }
    return shape.dropLast() + [(row + 1) / 2]
  }

  static func bytes<Code: FixedWidthInteger>(of codes: [Code], shape: [Int]) -> [UInt8] {
    let row = shape.last ?? 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(codes.count / 2 + codes.count / max(1, row))
    for start in stride(from: 0, to: codes.count, by: max(1, row)) {
      for place in stride(from: start, to: start + row, by: 2) {
        let low = UInt8(truncatingIfNeeded: codes[place]) & 0xF
        let high = place + 1 < start + row ? UInt8(truncatingIfNeeded: codes[place + 1]) << 4 : 0
        bytes.append(low | high)
      }
    }
    return bytes
  }
}
