public import QuantizationCore
internal import QuantizationKernels

extension LanePartition {
  /// The codes of a tensor in C order, each lane with its own quantizer.
  ///
  /// Values that are not finite get the zero point.
  ///
  /// - Parameters:
  ///   - values: As many as the shape says.
  ///   - parameters: One quantizer for each lane, all on the same grid, which `Code` stores.
  public func quantize<Code: FixedWidthInteger>(
    _ values: [Float], with parameters: [QuantizationParameters]
  ) -> [Code] {
    precondition(parameters.count == count, "one quantizer for each lane")
    var codes = [Code](repeating: 0, count: values.count)
    let finite =
      Kernels.nonFiniteCount(in: values.span) == 0 ? values : values.map { $0.isFinite ? $0 : 0 }
    var gathered: [Float] = []
    var laneCodes: [Code] = []
    for index in 0..<count {
      let lane = self[index]
      if laneCodes.count != lane.count { laneCodes = [Code](repeating: 0, count: lane.count) }
      var target = laneCodes.mutableSpan
      if lane.runs == 1 {
        let place = lane.start..<lane.start + lane.count
        Kernels.quantize(finite.span.extracting(place), with: parameters[index], into: &target)
        codes.replaceSubrange(place, with: laneCodes)
        continue
      }
      // Runs may be as short as one value: they are gathered, so that the kernel is called once.
      gathered.removeAll(keepingCapacity: true)
      lane.gather(finite, into: &gathered)
      Kernels.quantize(gathered.span, with: parameters[index], into: &target)
      var taken = 0
      for start in lane.runStarts {
        for place in start..<start + lane.runLength {
          codes[place] = laneCodes[taken]
          taken += 1
        }
      }
    }
    return codes
  }
}
