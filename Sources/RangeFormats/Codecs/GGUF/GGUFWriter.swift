internal import Foundation

/// A GGUF file on its way into memory.
struct GGUFWriter {
  /// A tensor.
  struct Tensor {
    /// Its name.
    let name: String
    /// The length of each axis, the first one first.
    let shape: [Int]
    /// The type.
    let type: GGUFType
    /// The blocks.
    let bytes: Data
  }

  private var tensors: [Tensor] = []

  /// Adds a tensor.
  mutating func append(_ tensor: Tensor) { tensors.append(tensor) }

  /// The bytes of the file.
  func data() -> Data {
    var data = Data("GGUF".utf8)
    Self.append(GGUFHeader.version, to: &data)
    Self.append(UInt64(tensors.count), to: &data)
    Self.append(UInt64(2), to: &data)
    Self.append("general.architecture", to: &data)
    Self.append(UInt32(8), to: &data)
    Self.append("rangelab", to: &data)
    // The version of the blocks themselves, which readers ask for where tensors are quantized.
    Self.append("general.quantization_version", to: &data)
    Self.append(UInt32(4), to: &data)
    Self.append(UInt32(2), to: &data)
    var offset = 0
    for tensor in tensors {
      Self.append(tensor.name, to: &data)
      Self.append(UInt32(tensor.shape.count), to: &data)
      for length in tensor.shape.reversed() { Self.append(UInt64(length), to: &data) }
      Self.append(tensor.type.id, to: &data)
      Self.append(UInt64(offset), to: &data)
      offset += Self.aligned(tensor.bytes.count)
    }
    Self.pad(&data)
    for tensor in tensors {
      data.append(tensor.bytes)
      Self.pad(&data)
    }
    return data
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to data: inout Data) {
    withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
  }

  private static func append(_ text: String, to data: inout Data) {
    append(UInt64(text.utf8.count), to: &data)
    data.append(contentsOf: text.utf8)
  }

  private static func pad(_ data: inout Data) {
    data.append(Data(count: aligned(data.count) - data.count))
  }

  private static func aligned(_ size: Int) -> Int {
    (size + GGUFHeader.alignment - 1) / GGUFHeader.alignment * GGUFHeader.alignment
  }
}
