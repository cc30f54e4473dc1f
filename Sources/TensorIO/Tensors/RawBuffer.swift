/// Uninitialized memory with one owner, which is used again for every batch.
///
/// An array would need a closure around every access, and would be filled with zeros first.
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
