/// Uninitialized memory with one owner, used again for every batch.
///
/// An array would do the same, at the price of a closure around every access and of filling it
/// with zeros that are overwritten at once.
package struct RawBuffer: ~Copyable {
  package let bytes: UnsafeMutableRawBufferPointer

  package init(byteCount: Int) {
    bytes = .allocate(byteCount: byteCount, alignment: 64)
  }

  deinit { bytes.deallocate() }

  /// The first `count` bytes.
  package func prefix(_ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
  }
}
