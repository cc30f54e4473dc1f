internal import Foundation
internal import ModelFiles
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import RangeFiles

/// The constants that stand for a quantizer in a model: scales, zero points and codes.
struct QuantizerConstants {
  let range: TensorRange
  /// Whether codes of 4 bits take a byte each.
  var usesBytes = false

  /// The smallest type of ONNX that holds the codes: 4 bits where they fill it, else 8 or 16.
  var type: ModelElementType {
    let (grid, isSigned) = (range.grid, range.grid.isSigned)
    switch grid.bits.count {
    case 4 where !usesBytes: return isSigned ? .int4 : .uint4
    case ...8: return isSigned ? .int8 : .uint8
    default: return isSigned ? .int16 : .uint16
    }
  }

  /// The codes at both ends that saturation of the type does not already stand for; nothing where the
  /// type has just the codes of the grid.
  var bounds: (lower: Float, upper: Float)? {
    let bits = type.bitCount ?? 8
    let codes = range.grid.codes
    let all = range.grid.isSigned ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
    guard codes != all, let parameters = range.parameters.first else { return nil }
    return (Float(parameters.lower), Float(parameters.upper))
  }

  /// The axis and the block of DequantizeLinear; nothing where there is one lane.
  var axis: (axis: Int, block: Int?)? {
    range.granularity.onlyAxis.map {
      ($0 < 0 ? $0 + range.shape.count : $0, range.granularity.groupSize)
    }
  }

  /// The shape of scales and zero points.
  private var laneShape: [Int] {
    guard let (axis, block) = axis else { return [] }
    guard let block else { return [range.scales.count] }
    var shape = range.shape
    shape[axis] = (shape[axis] + block - 1) / block
    return shape
  }

  func scale(_ name: String) -> ModelTensor {
    ModelTensor(name: name, shape: laneShape, range.scales)
  }

  func zeroPoint(_ name: String) -> ModelTensor {
    ModelTensor(name: name, type: type, shape: laneShape, integers: range.zeroPoints)
  }

  /// The codes of a tensor, by the shared kernel.
  ///
  /// - Throws: ``NetworkError`` where the ranges are for another shape.
  func codes(_ values: [Float], _ name: String) throws(NetworkError) -> ModelTensor {
    guard
      let partition = LanePartition(shape: range.shape, granularity: range.granularity),
      partition.count == range.scales.count, values.count == range.shape.reduce(1, *)
    else {
      throw NetworkError(range.name, "its ranges are for another shape than \(range.shape)")
    }
    let parameters = range.parameters
    let bytes: Data
    switch CodeStorage(for: range.grid) {
    case .int8: bytes = Self.bytes(partition.quantize(values, with: parameters) as [Int8], type)
    case .uint8: bytes = Self.bytes(partition.quantize(values, with: parameters) as [UInt8], type)
    case .int16: bytes = Self.bytes(partition.quantize(values, with: parameters) as [Int16], type)
    case .uint16: bytes = Self.bytes(partition.quantize(values, with: parameters) as [UInt16], type)
    }
    return ModelTensor(name: name, type: type, shape: range.shape, bytes: bytes)
  }

  /// Codes as ONNX stores them: two to a byte where they have four bits.
  private static func bytes<Code: FixedWidthInteger & BitwiseCopyable>(
    _ codes: [Code], _ type: ModelElementType
  ) -> Data {
    guard type.bitCount == 4 else { return codes.withUnsafeBytes { Data($0) } }
    var packed = Data(count: (codes.count + 1) / 2)
    for (index, code) in codes.enumerated() {
      let half = UInt8(truncatingIfNeeded: code) & 15
      packed[index / 2] |= index % 2 == 0 ? half : half << 4
    }
    return packed
  }
}
