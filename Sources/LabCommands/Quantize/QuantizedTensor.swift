internal import ExperimentRunner
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import TensorIO

/// An integer type in which codes and zero points are written.
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

/// The members of a .safetensors file for one quantized tensor.
///
/// | member | type |
/// |---|---|
/// | `NAME` | the codes in the tensor's shape: integers, `F8_E4M3` or `F8_E5M2`; packed codes are `U8` |
/// | `NAME_scale` | the type of the scale format; a power of two is `U8`, its exponent plus 127 |
/// | `NAME_zero_point` | for integer formats only: the type of the codes |
/// | `NAME_scale_2` | for E4M3 scales only: `F32`, the scale of the tensor, which multiplies them |
/// | `NAME_shape` | for packed codes only: `I64`, the shape of the tensor |
struct QuantizedTensor {
  let name: String
  let shape: [Int]
  let partition: LanePartition
  let grid: CodeGrid
  let isPacked: Bool

  private var storage: CodeStorage { CodeStorage(for: grid) }
  private var hasZeroPoints: Bool { grid.family.table == nil }
  private var hasTensorScale: Bool { grid.scaleFormat == .e4m3 }

  /// The entries of the header, which is written before the tensor is quantized.
  var entries: [SafetensorsEntry] {
    let lanes = partition.laneShape
    var entries = [codesEntry, scaleEntry(lanes)]
    if hasZeroPoints {
      entries.append(
        storage.withType { SafetensorsEntry(name: "\(name)_zero_point", shape: lanes, of: $0) })
    }
    if hasTensorScale {
      entries.append(SafetensorsEntry(name: "\(name)_scale_2", shape: [], of: Float.self))
    }
    if isPacked {
      entries.append(SafetensorsEntry(name: "\(name)_shape", shape: [shape.count], of: Int64.self))
    }
    return entries
  }

  private var codesEntry: SafetensorsEntry {
    if isPacked {
      return SafetensorsEntry(name: name, shape: PackedCodes.shape(of: shape), of: UInt8.self)
    }
    let format: String? =
      switch grid.family.table?.name {
      case Minifloat.e4m3.name: "F8_E4M3"
      case Minifloat.e5m2.name: "F8_E5M2"
      default: nil
      }
    return storage.withType { SafetensorsEntry(name: name, shape: shape, of: $0, as: format) }
  }

  private func scaleEntry(_ lanes: [Int]) -> SafetensorsEntry {
    let name = "\(name)_scale"
    return switch grid.scaleFormat {
    case .float32: SafetensorsEntry(name: name, shape: lanes, of: Float.self)
    case .float16: SafetensorsEntry(name: name, shape: lanes, of: UInt16.self, as: "F16")
    case .bfloat16: SafetensorsEntry(name: name, shape: lanes, of: UInt16.self, as: "BF16")
    case .powerOfTwo: SafetensorsEntry(name: name, shape: lanes, of: UInt8.self)
    case .e4m3: SafetensorsEntry(name: name, shape: lanes, of: UInt8.self, as: "F8_E4M3")
    }
  }

  /// Quantizes the tensor and writes its members.
  ///
  /// - Parameter first: The index of its first entry in the file.
  func write(
    _ values: [Float], with parameters: [QuantizationParameters], to file: SafetensorsWriter,
    from first: Int, workers: Workers
  ) throws {
    var place = first
    func append<Element: SafetensorsElement>(_ elements: [Element]) throws {
      try file.append(elements, to: place)
      place += 1
    }
    func write<Code: CodeElement>(_: Code.Type) throws {
      let codes: [Code] = partition.quantize(values, with: parameters, workers: workers)
      if isPacked {
        try append(PackedCodes.bytes(of: codes, shape: shape))
      } else {
        try append(codes)
      }
      let unit = parameters.first?.grid.unit ?? 1
      let patterns = parameters.map {
        grid.scaleFormat.pattern(ofNumberNearest: Double($0.scale) / Double(unit))
      }
      switch grid.scaleFormat.bits {
      case 8: try append(patterns.map { UInt8(truncatingIfNeeded: $0) })
      case 16: try append(patterns.map { UInt16(truncatingIfNeeded: $0) })
      default: try append(parameters.map(\.scale))
      }
      if hasZeroPoints { try append(parameters.map { Code($0.zeroPoint) }) }
      if hasTensorScale { try append([unit]) }
      if isPacked { try append(shape.map(Int64.init)) }
    }
    try storage.withType { try write($0) }
  }
}
