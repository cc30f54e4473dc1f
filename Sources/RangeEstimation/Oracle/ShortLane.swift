package import QuantizationCore
internal import QuantizationKernels

/// A channel or group of some hundred values, for symmetric grids: nothing is sorted, and the memory
/// of one lane serves the next.
package struct ShortLane: LeastSquaresLane {
  private var values: [Float] = []
  private var doubles: [Double] = []
  package private(set) var range = ClippingRange(0, 0)
  package private(set) var energy = 0.0
  package var isExact: Bool { true }

  /// Whether evaluating value by value is cheaper on a grid: reading n values costs as much as
  /// looking up n / 160 tails.
  package static func isShort(_ count: Int, on grid: CodeGrid) -> Bool {
    grid.family.scheme == .symmetric && grid.bits.fitsByte && count < 160 * grid.steps
  }

  /// A lane of no values.
  package init() {}

  /// Replaces the values by at least one other.
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
    FixedZeroSearch.solve(
      DirectProblem(doubles, range: range, energy: energy, codes: grid.codes),
      tolerance: SearchTolerance(relative: tolerance))
  }
}
