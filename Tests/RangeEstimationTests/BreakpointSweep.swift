import QuantizationCore

/// The least squared error over all scales and zero points by trying every assignment of codes.
///
/// Between two breakpoints `y / (j - 1/2)` no value changes its code and the error is the parabola
/// `S2 - 2 s A + s^2 B`. Its least value `S2 - A^2/B` belongs to some quantizer wherever it lies:
/// with codes left free, the error at `A/B` is no more. So the optimum is the least over pieces.
enum BreakpointSweep {
  static func leastCost(of values: [Float], on grid: CodeGrid) -> Double {
    let zeroPoints =
      grid.family.scheme == .affine ? Array(grid.codes) : [0]
    return zeroPoints.map { leastCost(of: values, codes: grid.codes, zeroPoint: $0) }.min() ?? 0
  }

  private struct Breakpoint {
    let scale: Double
    let magnitude: Double
    let code: Int
  }

  private static func leastCost(
    of values: [Float], codes: ClosedRange<Int>, zeroPoint: Int
  ) -> Double {
    let energy = values.reduce(0.0) { $0 + Double($1) * Double($1) }
    // From scale 0, where every value has the extreme code of its sign.
    var linear = 0.0
    var square = 0.0
    var breakpoints: [Breakpoint] = []
    for value in values where value != 0 {
      let extreme = value < 0 ? zeroPoint - codes.lowerBound : codes.upperBound - zeroPoint
      let magnitude = Double(abs(value))
      linear += magnitude * Double(extreme)
      square += Double(extreme * extreme)
      for code in stride(from: 1, through: extreme, by: 1) {
        breakpoints.append(
          Breakpoint(scale: magnitude / (Double(code) - 0.5), magnitude: magnitude, code: code))
      }
    }
    var least = square > 0 ? energy - linear * linear / square : energy
    for breakpoint in breakpoints.sorted(by: { $0.scale < $1.scale }) {
      linear -= breakpoint.magnitude
      square -= Double(2 * breakpoint.code - 1)
      if square > 0 { least = min(least, energy - linear * linear / square) }
    }
    return least
  }
}
