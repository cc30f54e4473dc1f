internal import Glibc

extension Kernels {
  /// Asks the system to use large pages for memory that is about to be filled.
  ///
  /// With small pages, filling megabytes spends most of its time on page faults.
  ///
  /// - Parameter memory: Memory to which nothing has been written yet.
  package static func expectWrites(to memory: UnsafeMutableRawBufferPointer) {
    let pages = UInt(getpagesize())
    let start = (UInt(bitPattern: memory.baseAddress) + pages - 1) / pages * pages
    let end = UInt(bitPattern: memory.baseAddress) + UInt(memory.count)
    // Memory smaller than a large page gains nothing. Without large pages the request has no effect.
    guard start + 1 << 21 <= end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
  }
}
