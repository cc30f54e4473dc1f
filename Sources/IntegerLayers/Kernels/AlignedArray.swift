/// Memory that begins with a cache line, as kernels read it; zero at first.
final class AlignedArray<Element: BitwiseCopyable>: @unchecked Sendable {
  let start: UnsafeMutablePointer<Element>
  let count: Int

  /// Room for so many elements.
  init(_ count: Int, zero: Element) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, count * MemoryLayout<Element>.stride), alignment: 64)
    start = raw.bindMemory(to: Element.self, capacity: max(1, count))
    start.initialize(repeating: zero, count: max(1, count))
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }
}
