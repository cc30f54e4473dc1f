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
    var runCodes: [Code] = []
    for index in 0..<count {
      let lane = self[index]
      for run in 0..<lane.runs {
        let place = lane.start + run * lane.stride..<lane.start + run * lane.stride + lane.runLength
        if runCodes.count != place.count { runCodes = [Code](repeating: 0, count: place.count) }
        var target = runCodes.mutableSpan
        Kernels.quantize(finite.span.extracting(place), with: parameters[index], into: &target)
        codes.replaceSubrange(place, with: runCodes)
      }
    }
    return codes
  }
}
