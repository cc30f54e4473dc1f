public import QuantizationCore
public import QuantizationKernels

extension Calibration {
  /// The error sums over all lanes, each lane with its own quantizer.
  ///
  /// Sums of lanes are added in the order of batches, and in each batch in the order of lanes.
  ///
  /// - Parameter parameters: One quantizer for each lane.
  /// - Throws: The errors of reading the source.
  public func error(with parameters: [QuantizationParameters]) throws -> ErrorSums {
    try errors(with: [parameters])[0]
  }

  /// The error sums of several choices of quantizers, in their order; each is equal to the result of
  /// ``error(with:)``.
  ///
  /// A tensor of one lane is read once, whatever the number of choices and workers. A tensor of
  /// several lanes is read once by every worker, which measures a share of the choices; if there are
  /// fewer choices than workers, the workers share the lanes instead. Each chunk is measured with all
  /// choices while it is in cache.
  ///
  /// - Parameter choices: For each choice, one quantizer for each lane.
  /// - Throws: The errors of reading the source.
  /// - Complexity: O(choices * values).
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

  /// The error sums of several choices of quantizers for a tensor of one lane.
  ///
  /// The same pass over the values serves another consumer.
  ///
  /// - Parameter feed: Receives all values in order, in arrays of about a million.
  /// - Throws: The errors of reading the source, and those of `feed`.
  package func errors(
    with choices: [[QuantizationParameters]], feeding feed: ([Float]) throws -> Void
  ) throws -> [ErrorSums] {
    precondition(laneCount == 1, "a tensor of one lane")
    let workers = workers
    let shares = min(workers.count, choices.count)
    var totals = choices.map { _ in ErrorSums() }
    for batch in batches {
      var sums = choices.map { _ in ErrorSums() }
      try batch.forEachStretch { values in
        try feed(values)
        let before = sums
        sums = try workers.map(shares) { share in
          let place = choices.count * share / shares..<choices.count * (share + 1) / shares
          var sums = Array(before[place])
          sums.measure(values.span, ofLane: 0, with: choices[place])
          return sums
        }.flatMap { $0 }
      }
      for index in totals.indices { totals[index].merge(sums[index]) }
    }
    return totals
  }

  /// Measures choices in one pass over the source.
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

  /// Measures choices with lanes shared among workers.
  ///
  /// The sums of every lane are held, and then added in the order of lanes.
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
  /// Adds the errors of some values of a lane, for each choice of quantizers.
  ///
  /// Errors are summed chunk by chunk, as the kernel sums one long span, so the division of a lane
  /// into spans does not affect the sums.
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
