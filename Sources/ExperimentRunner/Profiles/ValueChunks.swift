internal import QuantizationKernels
internal import RangeEstimation

/// All values of a tensor, batch after batch, in chunks of the length that the shared kernel sums.
///
/// Where one batch ends and the next begins does not show: sums over chunks are the same, bit for
/// bit, for any split, and those of the tensor in one piece.
struct ValueChunks {
  private let batches: [BatchLanes]

  /// Cuts batches of one lane.
  init(_ tensor: TensorBatches) {
    precondition(tensor.laneCount == 1, "a tensor that is one lane")
    batches = tensor.lanes
  }

  /// Reads every value once; every chunk but the last has `Kernels.chunk` values.
  func forEach(_ body: (Span<Float>) throws -> Void) throws {
    var pending: [Float] = []
    pending.reserveCapacity(Kernels.chunk)
    for batch in batches {
      try batch.forEachSpan { _, values in
        var start = 0
        if !pending.isEmpty {
          start = min(Kernels.chunk - pending.count, values.count)
          Self.append(values.extracting(0..<start), to: &pending)
          guard pending.count == Kernels.chunk else { return }
          try body(pending.span)
          pending.removeAll(keepingCapacity: true)
        }
        while values.count - start >= Kernels.chunk {
          try body(values.extracting(start..<start + Kernels.chunk))
          start += Kernels.chunk
        }
        Self.append(values.extracting(start..<values.count), to: &pending)
      }
    }
    if !pending.isEmpty { try body(pending.span) }
  }

  private static func append(_ values: Span<Float>, to array: inout [Float]) {
    values.withUnsafeBufferPointer { array.append(contentsOf: $0) }
  }
}
