package import QuantizationCore
internal import QuantizationKernels

/// A lane of some hundred values, such as a channel or a group.
///
/// Its values are not sorted, and one instance is used for many lanes, so that its memory is
/// allocated once.
package struct ShortLane: LeastSquaresLane {
  private var values: [Float] = []
  private var doubles: [Double] = []
  package private(set) var range = ClippingRange(0, 0)
  package private(set) var energy = 0.0
  package var isExact: Bool { true }

  /// Whether computing errors value by value is faster than from tail sums, for a lane of some
  /// number of values.
  ///
  /// Reading 160 values takes as long as finding one tail. On affine grids it is 100 values, because
  /// several zero points are tried if values clip.
  package static func isShort(_ count: Int, on grid: CodeGrid) -> Bool {
    // For levels that are a table, the values are sorted.
    if grid.family.table != nil { return count <= 1024 }
    let valuesForTail = grid.family.scheme == .symmetric ? 160 : 100
    return grid.bits.fitsByte && count < valuesForTail * grid.steps
  }

  /// Creates a lane without values.
  package init() {}

  /// Replaces the values.
  ///
  /// - Parameter source: At least one finite value.
  package mutating func load(_ source: Span<Float>) {
    let (minimum, maximum) = Kernels.extrema(of: source)
    range = ClippingRange(Double(minimum), Double(maximum))
    if values.count != source.count {
      values = [Float](repeating: 0, count: source.count)
      doubles = [Double](repeating: 0, count: source.count)
    }
    source.withUnsafeBufferPointer { values.replaceSubrange(values.indices, with: $0) }
    var wide = doubles.mutableSpan
    energy = Kernels.widen(source, into: &wide)
  }

  package func exactSquaredError(of parameters: QuantizationParameters) -> Double {
    let grid = parameters.grid
    guard grid.family.table == nil else { return sortedTails.squaredError(of: parameters) }
    let scale = Double(parameters.scale)
    let codes = grid.minimumCode - parameters.zeroPoint...grid.maximumCode - parameters.zeroPoint
    return Kernels.scaleSums(of: doubles.span, scale: scale, codes: codes)
      .cost(scale: scale, energy: energy)
  }

  package func squaredError(of parameters: QuantizationParameters) -> Double {
    Kernels.measureError(of: values.span, with: parameters).squaredError
  }

  package func values(reachedBy grid: CodeGrid) -> [Float]? {
    grid.reachesBelowZero ? values : values.filter { $0 >= 0 }
  }

  package func energy(outOfReachOf grid: CodeGrid) -> Double {
    grid.reachesBelowZero ? 0 : doubles.reduce(0) { $1 < 0 ? $0 + $1 * $1 : $0 }
  }

  package func certificate(on grid: CodeGrid, tolerance: Double) -> ScaleCertificate {
    guard grid.family.table == nil else {
      return sortedTails.certificate(on: grid, tolerance: tolerance)
    }
    let tolerance = SearchTolerance(relative: tolerance)
    let scales = grid.restrictedScales(zeroPoint: grid.restingZeroPoint)
    func problem(_ codes: ClosedRange<Int>) -> DirectProblem {
      DirectProblem(doubles, range: range, energy: energy, codes: codes)
    }
    return switch grid.family.scheme {
    case .affine:
      ZeroPointSearch.solve(
        below: -range.lower, above: range.upper, steps: grid.steps, among: scales,
        tolerance: tolerance, fixed: problem,
        every: {
          DirectZeroPointProblem(doubles, range: range, energy: energy, steps: grid.steps)
        })
    case .symmetric:
      FixedZeroSearch.solve(problem(grid.codes), among: scales, tolerance: tolerance)
    }
  }

  private var sortedTails: SidedTails {
    var ascending = values
    Kernels.sortAscending(&ascending)
    return SidedTails(ascending: ascending)
  }
}
