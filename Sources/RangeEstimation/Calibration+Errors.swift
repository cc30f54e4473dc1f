public import QuantizationCore
public import QuantizationKernels

extension Calibration {
  /// The error over all lanes, each with its own quantizer, added batch by batch in lane order.
  ///
  /// - Throws: What reading the source throws.
  public func error(with parameters: [QuantizationParameters]) throws -> ErrorSums {
    try errors(with: [parameters])[0]
  }

  /// The errors of several choices of quantizers, each as ``error(with:)`` has it.
  ///
  /// Every worker reads the source once for its share of the choices and measures each chunk with all
  /// of them while it is in cache: of many choices, reading and decoding are a small part.
  ///
  /// - Parameter choices: Each with one quantizer for each lane.
  /// - Throws: What reading the source throws.
  public func errors(with choices: [[QuantizationParameters]]) throws -> [ErrorSums] {
    precondition(choices.allSatisfy { $0.count == laneCount }, "one quantizer for each lane")
    let shares = min(workers.count, choices.count)
    return try workers.map(shares) { share in
      try measured(choices[choices.count * share / shares..<choices.count * (share + 1) / shares])
    }.flatMap { $0 }
  }

  /// One reading of the source.
  private func measured(_ choices: ArraySlice<[QuantizationParameters]>) throws -> [ErrorSums] {
    var totals = choices.map { _ in ErrorSums() }
    for batch in batches {
      var (sums, current) = (choices.map { _ in ErrorSums() }, 0)
      func endLane() {
        for index in sums.indices {
          totals[index].merge(sums[index])
          sums[index] = ErrorSums()
        }
      }
      try batch.forEachSpan { lane, values in
        if lane != current {
          endLane()
          current = lane
        }
        // Chunk by chunk, as the kernel sums one long span: how a lane is streamed does not show.
        for start in stride(from: 0, to: values.count, by: Kernels.chunk) {
          let chunk = values.extracting(start..<min(start + Kernels.chunk, values.count))
          for (index, parameters) in choices.enumerated() {
            sums[index].merge(Kernels.measureError(of: chunk, with: parameters[lane]))
          }
        }
      }
      endLane()
    }
    return totals
  }
}
