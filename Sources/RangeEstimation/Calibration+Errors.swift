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
  /// A tensor of one lane is read once, whatever the number of choices and workers. Of several lanes
  /// every worker reads the source once for its share of the choices, or of the lanes where choices are
  /// few. Each chunk is measured with all choices while it is in cache.
  ///
  /// - Parameter choices: Each with one quantizer for each lane.
  /// - Throws: What reading the source throws.
  public func errors(with choices: [[QuantizationParameters]]) throws -> [ErrorSums] {
    precondition(choices.allSatisfy { $0.count == laneCount }, "one quantizer for each lane")
    if laneCount == 1, workers.count > 1, choices.count > 1 {
      return try errors(with: choices) { _ in }
    }
    if choices.count < workers.count && laneCount > 1 { return try measuredByLanes(choices) }
    let shares = min(workers.count, choices.count)
    return try workers.map(shares) { share in
      try measured(choices[choices.count * share / shares..<choices.count * (share + 1) / shares])
    }.flatMap { $0 }
  }

  /// The errors of several choices of quantizers of the only lane, in one reading that serves others
  /// as well.
  ///
  /// - Parameter feed: Is given all values, batch by batch in order, in arrays of some million.
  /// - Throws: What reading the source throws.
  package func errors(
    with choices: [[QuantizationParameters]], feeding feed: ([Float]) throws -> Void
  ) throws -> [ErrorSums] {
    precondition(laneCount == 1, "a tensor of one lane")
    let workers = workers
    let shares = min(workers.count, choices.count)
    var totals = choices.map { _ in ErrorSums() }
    var values: [Float] = []
    for batch in batches {
      var sums = choices.map { _ in ErrorSums() }
      func measure() throws {
        let (stretch, before) = (values, sums)
        try feed(stretch)
        sums = try workers.map(shares) { share in
          let place = choices.count * share / shares..<choices.count * (share + 1) / shares
          var sums = Array(before[place])
          sums.measure(stretch.span, ofLane: 0, with: choices[place])
          return sums
        }.flatMap { $0 }
        values.removeAll(keepingCapacity: true)
      }
      try batch.forEachSpan { _, span in
        for start in stride(from: 0, to: span.count, by: Self.stretch) {
          let part = span.extracting(start..<min(start + Self.stretch, span.count))
          part.withUnsafeBufferPointer { values.append(contentsOf: $0) }
          if values.count >= Self.stretch { try measure() }
        }
      }
      if !values.isEmpty { try measure() }
      for index in totals.indices { totals[index].merge(sums[index]) }
    }
    return totals
  }

  /// How many values are measured at a time at least, where that is shared: 4 MiB, whole chunks.
  private static var stretch: Int { 1 << 20 }

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
        sums.measure(values, ofLane: lane, with: choices)
      }
      endLane()
    }
    return totals
  }

  /// The same with the sums of every lane held, so that they can be added in order.
  private func measuredByLanes(_ choices: [[QuantizationParameters]]) throws -> [ErrorSums] {
    var totals = choices.map { _ in ErrorSums() }
    for batch in batches {
      let lanes = try laneBlocks.map { block in
        var sums = block.map { _ in choices.map { _ in ErrorSums() } }
        try batch.forEachSpan(ofLanes: block) { lane, values in
          sums[lane - block.lowerBound].measure(values, ofLane: lane, with: choices[...])
        }
        return sums
      }
      for sums in lanes {
        for index in totals.indices { totals[index].merge(sums[index]) }
      }
    }
    return totals
  }
}

extension [ErrorSums] {
  /// Adds the errors of values of a lane, for each choice of quantizers.
  ///
  /// Chunk by chunk, as the kernel sums one long span: how a lane is streamed does not show.
  fileprivate mutating func measure(
    _ values: Span<Float>, ofLane lane: Int, with choices: ArraySlice<[QuantizationParameters]>
  ) {
    for start in stride(from: 0, to: values.count, by: Kernels.chunk) {
      let chunk = values.extracting(start..<Swift.min(start + Kernels.chunk, values.count))
      for (index, parameters) in choices.enumerated() {
        self[index].merge(Kernels.measureError(of: chunk, with: parameters[lane]))
      }
    }
  }
}
