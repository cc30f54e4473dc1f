public import QuantizationCore
internal import QuantizationKernels

extension LanePartition {
  /// The codes of a tensor in C order, each lane with its own quantizer.
  ///
  /// Values that are not finite get the zero point.
  ///
  /// - Parameters:
  ///   - values: The tensor in C order, one value for each element of the shape.
  ///   - parameters: One quantizer for each lane, all on the same grid, whose codes fit into `Code`.
  ///   - workers: The threads that do the work. Their number does not affect codes.
  /// - Complexity: O(values).
  public func quantize<Code: FixedWidthInteger & Sendable>(
    _ values: [Float], with parameters: [QuantizationParameters], workers: Workers = .one
  ) -> [Code] {
    precondition(parameters.count == count, "one quantizer for each lane")
    let finite =
      Kernels.nonFiniteCount(in: values.span) == 0 ? values : values.map { $0.isFinite ? $0 : 0 }
    return [Code](unsafeUninitializedCapacity: values.count) { codes, written in
      codes.initialize(repeating: 0)
      // Every code belongs to one lane, and every lane to one block.
      let places = Places(base: codes)
      LaneBlocks(laneCount: count, workers: workers).forEach { block in
        quantize(finite, lanes: block, with: parameters, into: places)
      }
      written = values.count
    }
  }

  private struct Places<Code>: @unchecked Sendable {
    let base: UnsafeMutableBufferPointer<Code>
  }

  private func quantize<Code: FixedWidthInteger>(
    _ finite: [Float], lanes: Range<Int>, with parameters: [QuantizationParameters],
    into codes: Places<Code>
  ) {
    var gathered: [Float] = []
    var laneCodes: [Code] = []
    for index in lanes {
      let lane = self[index]
      if lane.isOneRun {
        let place = lane.start..<lane.start + lane.count
        var target = codes.base.extracting(place).mutableSpan
        Kernels.quantize(finite.span.extracting(place), with: parameters[index], into: &target)
        continue
      }
      // Runs may be as short as one value. They are gathered, so that the kernel is called once.
      gathered.removeAll(keepingCapacity: true)
      lane.gather(finite, into: &gathered)
      if laneCodes.count != lane.count { laneCodes = [Code](repeating: 0, count: lane.count) }
      var target = laneCodes.mutableSpan
      Kernels.quantize(gathered.span, with: parameters[index], into: &target)
      var taken = 0
      lane.forEachRun { start in
        for place in start..<start + lane.runLength {
          codes.base[place] = laneCodes[taken]
          taken += 1
        }
      }
    }
  }
}
