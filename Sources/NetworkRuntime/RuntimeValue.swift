internal import COnnxRuntime
internal import Foundation

/// A tensor that goes into a model or comes out of one.
///
/// It never changes. Inputs lie in memory of their own; outputs are read where ONNX Runtime left them.
package final class RuntimeValue: Sendable {
  /// The type of its elements.
  package let type: RuntimeElementType
  /// The sizes of its axes; empty for one number.
  package let shape: [Int]
  /// Its bytes, in the byte order of this machine.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  private let owner: Owner

  private enum Owner: Sendable {
    case itself
    case runtime(OutputMemory, inputs: [RuntimeValue])
  }

  /// A tensor whose bytes are written by a function.
  ///
  /// - Parameters:
  ///   - type: The type of its elements.
  ///   - shape: The sizes of its axes.
  ///   - fill: Writes all bytes; they are zero before.
  /// - Throws: `unsuitable` for a shape that has no number of bytes, and what `fill` throws.
  package init(
    type: RuntimeElementType, shape: [Int],
    filling fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) throws {
    let count = try Self.byteCount(type, shape)
    let memory = Self.memory(count)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    do {
      try fill(memory)
    } catch {
      memory.deallocate()
      throw error
    }
    (self.type, self.shape, bytes, owner) = (type, shape, UnsafeRawBufferPointer(memory), .itself)
  }

  /// A tensor with a copy of bytes.
  ///
  /// - Throws: `unsuitable` when there are more or fewer than the shape needs.
  package init(
    copying source: RawSpan, type: RuntimeElementType, shape: [Int]
  ) throws(RuntimeError) {
    let count = try Self.byteCount(type, shape)
    guard count == source.byteCount else {
      throw .unsuitable(
        "\(source.byteCount) bytes for \(type) of the shape \(shape); expected \(count)")
    }
    let memory = Self.memory(count)
    source.withUnsafeBytes { memory.copyMemory(from: $0) }
    (self.type, self.shape, bytes, owner) = (type, shape, UnsafeRawBufferPointer(memory), .itself)
  }

  /// An output; an input that the model hands through is kept with it, as it lies in its memory.
  init(_ memory: OutputMemory, name: String, inputs: [RuntimeValue]) throws(RuntimeError) {
    let library = memory.library
    var (number, axes): (Int32, Int) = (0, 0)
    var (sizes, start): (UnsafeMutablePointer<Int64>?, UnsafeMutableRawPointer?)
    try library.check(
      rl_ort_read_tensor(library.handle, memory.value, &number, &sizes, &axes, &start))
    defer { free(sizes) }
    let type = RuntimeElementType(rawValue: number) ?? .undefined
    let shape = UnsafeBufferPointer(start: sizes, count: axes).map { Int($0) }
    guard let count = type.byteCount(shape: shape), start != nil || count == 0 else {
      throw .unsuitable("the output '\(oneLine(name, limit: 200))' is no tensor of numbers")
    }
    (self.type, self.shape) = (type, shape)
    bytes = UnsafeRawBufferPointer(start: start, count: count)
    owner = .runtime(memory, inputs: inputs.filter { $0.holds(start) })
  }

  deinit { if case .itself = owner { bytes.deallocate() } }

  /// This tensor as a value of ONNX Runtime over the same memory, for the caller to release.
  func lend(to library: RuntimeLibrary) throws(RuntimeError) -> OpaquePointer? {
    var value: OpaquePointer?
    // ONNX Runtime reads inputs only, whatever its signature says.
    try library.check(
      rl_ort_create_tensor(
        library.handle, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count,
        shape.map(Int64.init), shape.count, type.rawValue, &value))
    return value
  }

  private func holds(_ address: UnsafeMutableRawPointer?) -> Bool {
    guard let address, let start = bytes.baseAddress else { return false }
    return start <= UnsafeRawPointer(address) && UnsafeRawPointer(address) < start + bytes.count
  }

  private static func byteCount(
    _ type: RuntimeElementType, _ shape: [Int]
  ) throws(RuntimeError) -> Int {
    guard let count = type.byteCount(shape: shape) else {
      throw .unsuitable("a tensor of \(type) cannot have the shape \(shape)")
    }
    return count
  }

  /// Memory that starts with a cache line, as kernels like it.
  private static func memory(_ count: Int) -> UnsafeMutableRawBufferPointer {
    .allocate(byteCount: count, alignment: 64)
  }
}
