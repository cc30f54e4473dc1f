package import QuantizationCore

/// The same quantities as ``Kernels``, written so that a reader can see they are right.
///
/// One value at a time with the scalar arithmetic of `QuantizationParameters`; tests compare.
package enum ReferenceKernels {
  /// The smallest and largest of at least one value, zeros as +0.
  package static func extrema(of values: [Float]) -> (minimum: Float, maximum: Float) {
    var (minimum, maximum) = (values[0], values[0])
    for value in values {
      if value < minimum { minimum = value }
      if value > maximum { maximum = value }
    }
    return (minimum + 0, maximum + 0)
  }

  /// One code for each value.
  package static func quantize(
    _ values: [Float], with parameters: QuantizationParameters
  ) -> [Int] {
    values.map { parameters.code(of: $0) }
  }

  /// One value for each code.
  package static func dequantize(
    _ codes: [Int], with parameters: QuantizationParameters
  ) -> [Float] {
    codes.map { parameters.value(of: $0) }
  }

  /// The counts of equal half-open bins over [lower, upper], `upper` in the last.
  package static func histogram(
    of values: [Float], absolute: Bool, lower: Double, upper: Double, bins: Int
  ) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: bins)
    let factor = Double(bins) / (upper - lower)
    for value in values {
      let bin = Int((Double(absolute ? abs(value) : value) - lower) * factor)
      counts[min(max(bin, 0), bins - 1)] += 1
    }
    return counts
  }

  /// The error sums, in the order that defines them.
  ///
  /// Value `i` belongs to lane `i mod 16`. Each lane adds the squares of 16 rows in Float, then in
  /// Double; lanes, then chunks add up in index order. A chunk whose squares are not ordinary
  /// Floats, or whose levels are those of a table, is squared in Double throughout.
  package static func measureError(
    of values: [Float], with parameters: QuantizationParameters
  ) -> ErrorSums {
    var total = ErrorSums()
    for start in stride(from: 0, to: values.count, by: Kernels.chunk) {
      let chunk = values[start..<min(start + Kernels.chunk, values.count)]
      let narrow = chunkSums(chunk, parameters, squaringIn: Float.self, rows: 16)
      let isNarrow = narrow.fitsFloat && parameters.grid.family.table == nil
      total.merge(
        isNarrow ? narrow : chunkSums(chunk, parameters, squaringIn: Double.self, rows: 1))
    }
    return total
  }

  private static func chunkSums<Square: BinaryFloatingPoint>(
    _ chunk: ArraySlice<Float>, _ parameters: QuantizationParameters,
    squaringIn: Square.Type, rows: Int
  ) -> ErrorSums {
    var lanes = [LaneSums<Double>](repeating: LaneSums(), count: 16)
    var clippedCount = 0
    var largest: Float = 0
    for block in stride(from: chunk.startIndex, to: chunk.endIndex, by: 16 * rows) {
      var sums = [LaneSums<Square>](repeating: LaneSums(), count: 16)
      for index in block..<min(block + 16 * rows, chunk.endIndex) {
        let value = chunk[index]
        let code = parameters.code(of: value)
        let error = value - parameters.value(of: code)
        let isClipped = parameters.clips(value)
        let square = Square(error) * Square(error)
        let lane = (index - block) % 16
        if isClipped { sums[lane].clipped += square } else { sums[lane].rounded += square }
        sums[lane].signal += Square(value) * Square(value)
        let steps = Square(
          parameters.grid.family.table?.levels[code] ?? Float(code - parameters.zeroPoint))
        sums[lane].stepsSquared += steps * steps
        clippedCount += isClipped ? 1 : 0
        largest = max(largest, abs(error))
      }
      for lane in lanes.indices { lanes[lane].add(sums[lane]) }
    }
    var total = LaneSums<Double>()
    for lane in lanes { total.add(lane) }
    return ErrorSums(
      count: chunk.count, roundedSquaredError: total.rounded,
      clippedSquaredError: total.clipped, clippedCount: clippedCount, maximumError: Double(largest),
      signal: total.signal,
      stepsSquared: total.stepsSquared, scale: parameters.scale)
  }
}

private struct LaneSums<Number: BinaryFloatingPoint> {
  var rounded: Number = 0
  var clipped: Number = 0
  var signal: Number = 0
  var stepsSquared: Number = 0

  mutating func add<Other: BinaryFloatingPoint>(_ other: LaneSums<Other>) {
    rounded += Number(other.rounded)
    clipped += Number(other.clipped)
    signal += Number(other.signal)
    stepsSquared += Number(other.stepsSquared)
  }
}
