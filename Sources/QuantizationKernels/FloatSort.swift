internal import CQuantizationKernels

extension Kernels {
  /// Sorts finite Floats in ascending order and replaces -0 by +0, by a radix sort of their bits.
  ///
  /// It allocates a second array of the same size.
  ///
  /// - Complexity: O(n), about ten nanoseconds for each value.
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
