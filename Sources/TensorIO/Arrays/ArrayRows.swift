/// Reads an array in order, some rows along its first axis at a time; holds no more than these.
package final class ArrayRows {
  /// The array that is read.
  package let array: ArrayFile
  /// Rows that have not been read.
  package private(set) var remaining: Int
  private let stream: any ByteStream
  private var isFinished = false

  init(_ array: ArrayFile) throws(TensorFileError) {
    self.array = array
    remaining = array.rowCount
    stream = try array.source.makeStream()
    // The header is read again rather than jumped over: a checksum covers it, too.
    _ = try stream.bytes(array.dataOffset)
  }

  /// The elements of the next rows as they lie in memory; of fewer rows at the end, and none behind
  /// it.
  ///
  /// What is wrong with a checksum can be known only after the last row: what has been made of
  /// earlier ones is void when this throws.
  ///
  /// - Parameter count: How many rows; zero or more.
  /// - Throws: `TensorFileError`, also where the rows do not fit into memory.
  package func next(_ count: Int) throws(TensorFileError) -> [UInt8] {
    precondition(count >= 0, "\(count) rows")
    let rows = min(count, remaining)
    let byteCount = rows * array.rowBytes
    if byteCount > Self.modestBytes {
      try requireMemory(bytes: byteCount, name: array.source.name)
    }
    let bytes = try read(byteCount)
    remaining -= rows
    if remaining == 0, !isFinished {
      try stream.finish()
      isFinished = true
    }
    return bytes
  }

  /// What any machine has.
  private static let modestBytes = 1 << 24

  private func read(_ count: Int) throws(TensorFileError) -> [UInt8] {
    var failure: TensorFileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let target = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count])
      do throws(TensorFileError) {
        try stream.read(into: target)
        swapToNative(target)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Turns the bytes of every element around where the file has them the other way.
  private func swapToNative(_ bytes: UnsafeMutableRawBufferPointer) {
    let size = array.type.byteCount
    guard array.isBigEndian, size > 1 else { return }
    for start in stride(from: 0, to: bytes.count, by: size) {
      for offset in 0..<size / 2 {
        bytes.swapAt(start + offset, start + size - 1 - offset)
      }
    }
  }
}
