internal import Glibc

extension Kernels {
  /// Asks for memory that is about to be filled in large pages: of megabytes in small ones, most of the
  /// time is spent on getting them.
  ///
  /// - Parameter memory: Where to; nothing has been written there yet.
  package static func expectWrites(to memory: UnsafeMutableRawBufferPointer) {
    let pages = UInt(getpagesize())
    let start = (UInt(bitPattern: memory.baseAddress) + pages - 1) / pages * pages
    let end = UInt(bitPattern: memory.baseAddress) + UInt(memory.count)
    // Less than a large page gains nothing, and a system without them goes on without.
    guard start + 1 << 21 <= end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
  }
}
