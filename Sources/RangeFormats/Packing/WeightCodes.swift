internal import QuantizationCore
internal import QuantizationKernels
internal import RangeFiles
internal import TensorIO

/// The codes of a weight, row by row as a file has them, and what it costs that the file rounds scales.
struct WeightCodes {
  /// The codes, those of signed grids with 2^(b-1) added: unsigned ones for the same reals.
  private(set) var codes: [UInt8] = []
  /// The groups of each row whose values are all zero.
  private(set) var zeroGroups: Set<Int> = []
  /// The mean squared error with the scales that were chosen.
  private(set) var chosenError = 0.0
  /// The mean squared error with the scales that the file holds.
  private(set) var storedError = 0.0

  /// Quantizes a weight.
  ///
  /// - Parameters:
  ///   - range: What was chosen; codes of at most 8 bits.
  ///   - scales: The scales as the file holds them, in the order of the lanes.
  /// - Throws: ``FormatFault`` where the values are not known, not finite, or of another shape.
  /// - Complexity: O(values).
  init(
    _ range: TensorRange, scales: [Float], _ layout: MatrixLayout, _ context: FormatContext
  ) throws(FormatFault) {
    let values = try Self.values(of: range, layout, context)
    // What a scale may be does not matter any more: these are the scales of the file.
    let grid = CodeGrid(GridFamily(range.grid.family.levels), bits: range.grid.bits)
    codes.reserveCapacity(values.count)
    var (chosen, stored) = (ErrorSums(), ErrorSums())
    for row in 0..<layout.rows {
      for group in 0..<layout.groups {
        let start = row * layout.columns + group * layout.groupLength
        let part = values.span.extracting(start..<start + layout.groupLength)
        let lane = layout.lane(row: row, group: group)
        let zeroPoint = range.zeroPoints[lane]
        let quantizer = QuantizationParameters(
          scale: Double(scales[lane]), zeroPoint: zeroPoint, grid: grid)
        if grid.isSigned {
          append(part, quantizer, as: Int8.self)
        } else {
          append(part, quantizer, as: UInt8.self)
        }
        let sums = Kernels.measureError(of: part, with: quantizer)
        if sums.signal == 0, Self.isZero(part) { zeroGroups.insert(row * layout.groups + group) }
        stored.merge(sums)
        let wanted = QuantizationParameters(
          scale: Double(range.scales[lane]), zeroPoint: zeroPoint, grid: grid)
        chosen.merge(wanted == quantizer ? sums : Kernels.measureError(of: part, with: wanted))
      }
    }
    (chosenError, storedError) = (chosen.mse, stored.mse)
  }

  private mutating func append<Code: FixedWidthInteger>(
    _ values: Span<Float>, _ quantizer: QuantizationParameters, as type: Code.Type
  ) {
    let shift = quantizer.grid.isSigned ? quantizer.grid.bits.levels / 2 : 0
    withUnsafeTemporaryAllocation(of: Code.self, capacity: values.count) { group in
      group.initialize(repeating: 0)
      var target = group.mutableSpan
      Kernels.quantize(values, with: quantizer, into: &target)
      for code in group { codes.append(UInt8(truncatingIfNeeded: Int(code) + shift)) }
    }
  }

  private static func isZero(_ values: Span<Float>) -> Bool {
    values.indices.allSatisfy { values[$0] == 0 }
  }

  /// The values, row by row.
  private static func values(
    of range: TensorRange, _ layout: MatrixLayout, _ context: FormatContext
  ) throws(FormatFault) -> [Float] {
    guard let source = context.weights, let (shape, values) = try source.values(of: range.name)
    else {
      throw FormatFault(quoted(range.name), "the values of this weight are not known")
    }
    guard shape == layout.shape, values.count == layout.rows * layout.columns else {
      throw FormatFault(
        quoted(range.name),
        "the shape of the weight is \(shape); the ranges are for \(layout.shape)")
    }
    guard Kernels.nonFiniteCount(in: values.span) == 0 else {
      throw FormatFault(quoted(range.name), "the weight has values that are NaN or infinite")
    }
    guard layout.isTransposed else { return values }
    return [Float](unsafeUninitializedCapacity: values.count) { turned, written in
      for column in 0..<layout.columns {
        for row in 0..<layout.rows {
          turned.initializeElement(
            at: row * layout.columns + column, to: values[column * layout.rows + row])
        }
      }
      written = values.count
    }
  }
}
