internal import CQuantizationKernels

extension Kernels {
  /// Sorts words in ascending order, by a radix sort.
  ///
  /// It allocates a second array of the same size.
  ///
  /// - Complexity: O(n), about ten nanoseconds for each word.
  package static func sortAscending(_ words: inout [UInt64]) {
    let count = words.count
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { room in
      words.withUnsafeMutableBufferPointer {
        rl_sort_words($0.baseAddress, Int64(count), room.baseAddress)
      }
    }
  }
}
