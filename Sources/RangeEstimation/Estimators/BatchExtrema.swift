internal import QuantizationKernels

extension BatchStatistics {
  /// The smallest and the largest value of each batch, in order.
  var batchExtrema: [(minimum: Float, maximum: Float)] {
    batches.map { batch in
      batch.withUnsafeBufferPointer { Kernels.extrema(of: $0.span) }
    }
  }
}
