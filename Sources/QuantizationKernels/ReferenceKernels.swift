package import QuantizationCore

/// The same functions as in ``Kernels``, written so that a reader can see that they are right: one
/// value at a time, with the scalar arithmetic of `QuantizationParameters`.
///
/// Tests compare both.
package enum ReferenceKernels {
  /// The smallest and the largest of at least one value; zeros are +0.
  package static func extrema(of values: [Float]) -> (minimum: Float, maximum: Float) {
    var (minimum, maximum) = (values[0], values[0])
    for value in values {
      if value < minimum { minimum = value }
      if value > maximum { maximum = value }
    }
    return (minimum + 0, maximum + 0)
  }

  /// The code of each value.
  package static func quantize(
    _ values: [Float], with parameters: QuantizationParameters
  ) -> [Int] {
    values.map { parameters.code(of: $0) }
  }

  /// The value of each code.
  package static func dequantize(
    _ codes: [Int], with parameters: QuantizationParameters
  ) -> [Float] {
    codes.map { parameters.value(of: $0) }
  }

  /// The number of values in each of `bins` equal, half-open bins over [lower, upper]; `upper` belongs
  /// to the last bin.
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

  /// The error sums, with the order of additions that all kernels follow.
  ///
  /// A chunk has 16 partial sums; value `i` is added to partial sum `i mod 16`. The squares of 256
  /// consecutive values are added in Float, and the result is added in Double. Then the partial
  /// sums are added in index order, and so are chunks. In a chunk with squares that Float cannot
  /// represent normally, and for levels that are a table, all squares are in Double.
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
    var partial = [PartialSums<Double>](repeating: PartialSums(), count: 16)
    var clippedCount = 0
    var largest: Float = 0
    for block in stride(from: chunk.startIndex, to: chunk.endIndex, by: 16 * rows) {
      var sums = [PartialSums<Square>](repeating: PartialSums(), count: 16)
      for index in block..<min(block + 16 * rows, chunk.endIndex) {
        let value = chunk[index]
        let code = parameters.code(of: value)
        let error = value - parameters.value(of: code)
        let isClipped = parameters.clips(value)
        let square = Square(error) * Square(error)
        let residue = (index - block) % 16
        if isClipped { sums[residue].clipped += square } else { sums[residue].rounded += square }
        sums[residue].signal += Square(value) * Square(value)
        let steps = Square(
          parameters.grid.family.table?.levels[code] ?? Float(code - parameters.zeroPoint))
        sums[residue].stepsSquared += steps * steps
        clippedCount += isClipped ? 1 : 0
        largest = max(largest, abs(error))
      }
      for residue in partial.indices { partial[residue].add(sums[residue]) }
    }
    var total = PartialSums<Double>()
    for sums in partial { total.add(sums) }
    return ErrorSums(
      count: chunk.count, roundedSquaredError: total.rounded,
      clippedSquaredError: total.clipped, clippedCount: clippedCount, maximumError: Double(largest),
      signal: total.signal,
      stepsSquared: total.stepsSquared, scale: parameters.scale)
  }
}

private struct PartialSums<Number: BinaryFloatingPoint> {
  var rounded: Number = 0
  var clipped: Number = 0
  var signal: Number = 0
  var stepsSquared: Number = 0

  mutating func add<Other: BinaryFloatingPoint>(_ other: PartialSums<Other>) {
    rounded += Number(other.rounded)
    clipped += Number(other.clipped)
    signal += Number(other.signal)
    stepsSquared += Number(other.stepsSquared)
  }
}
