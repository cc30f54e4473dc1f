internal import CQuantizationKernels

extension Kernels {
  /// Sorts finite Floats, with -0 turned into +0: a radix sort on the bits.
  ///
  /// Some ten nanoseconds a value, and a second array while it lasts. Time O(n).
  public static func sortAscending(_ values: inout [Float]) {
    let count = values.count
    values = [Float](unsafeUninitializedCapacity: count) { sorted, initialized in
      expectWrites(to: UnsafeMutableRawBufferPointer(sorted))
      values.withUnsafeMutableBufferPointer {
        rl_sort($0.baseAddress, Int64(count), sorted.baseAddress)
      }
      initialized = count
    }
  }
}
