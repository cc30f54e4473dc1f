internal import QuantizationCore
internal import QuantizationKernels

/// A short lane with values on both sides of zero, whose error is computed value by value.
struct DirectZeroPointProblem: ZeroPointProblem {
  let steps: Int
  let energy: Double
  private let values: [Double]
  private let range: ClippingRange

  init(_ values: [Double], range: ClippingRange, energy: Double, steps: Int) {
    (self.values, self.range, self.energy, self.steps) = (values, range, energy, steps)
  }

  var largestScale: Double { max(-range.lower, range.upper) }
  var extremeSquare: Double { Double(values.count) * Double(steps) * Double(steps) }

  /// The scale of min-max.
  var guess: Double? { (range.upper - range.lower) / Double(steps) }

  /// Below this scale the clipping errors of the smallest and the largest value alone are above
  /// `cost`.
  ///
  /// Their sum is `width - N s`, where `width` is the width of the range. The sum of their squares
  /// is least if both are equal.
  func leastScale(below cost: Double) -> Double {
    (range.upper - range.lower - (2 * cost).squareRoot()) / Double(steps)
  }

  /// - Complexity: O(n) if some zero point clips nothing; otherwise O(n) for each of a few zero points.
  func evaluate(at scale: Double) -> ScalePoint {
    let lattice = sums(scale, codes)
    let (low, high) = (code(-range.lower, scale), code(range.upper, scale))
    guard low + high > steps else {
      return ScalePoint(
        scale: scale, lattice, codesBelow: low, most: lattice.square, energy: energy)
    }
    let best = leastSums(scale, among: max(0, steps - high)...min(low, steps), from: low - high)
    return ScalePoint(
      scale: scale, best.sums, codesBelow: best.codesBelow, most: lattice.square, energy: energy)
  }

  /// The best of some zero points, found by descent.
  ///
  /// It begins at the zero point with which the smallest and the largest value are clipped by the
  /// same number of steps.
  ///
  /// - Parameters:
  ///   - choices: The numbers of steps below zero to choose from.
  ///   - difference: The code of the magnitude of the smallest value less that of the largest.
  private func leastSums(
    _ scale: Double, among choices: ClosedRange<Int>, from difference: Int
  ) -> (sums: ScaleSums, codesBelow: Int) {
    func candidate(_ below: Int) -> (sums: ScaleSums, codesBelow: Int, cost: Double) {
      let sums = sums(scale, -below...steps - below)
      return (sums, below, sums.cost(scale: scale, energy: energy))
    }
    let start = (difference + steps) >> 1
    var best = candidate(min(max(start, choices.lowerBound), choices.upperBound))
    while best.codesBelow > choices.lowerBound {
      let next = candidate(best.codesBelow - 1)
      guard next.cost <= best.cost else { break }
      best = next
    }
    if best.codesBelow < start { return (best.sums, best.codesBelow) }
    while best.codesBelow < choices.upperBound {
      let next = candidate(best.codesBelow + 1)
      guard next.cost < best.cost else { break }
      best = next
    }
    return (best.sums, best.codesBelow)
  }

  private func sums(_ scale: Double, _ codes: ClosedRange<Int>) -> ScaleSums {
    Kernels.scaleSums(of: values.span, scale: scale, codes: codes)
  }

  /// The code of a magnitude, rounded as in the kernel; at most one more than the number of steps.
  private func code(_ magnitude: Double, _ scale: Double) -> Int {
    Int(min(magnitude * (1 / scale), Double(steps + 1)).roundedHalfEven)
  }
}

/// A lane with values on both sides of zero whose error is computed from tail sums, because it is long,
/// weighted or known in bins only.
struct TailZeroPointProblem: ZeroPointProblem {
  let steps: Int
  private let tails: SidedTails

  init(_ tails: SidedTails, steps: Int) { (self.tails, self.steps) = (tails, steps) }

  var energy: Double { tails.energy }
  var largestScale: Double { tails.largestMagnitude(reachedBy: codes) }
  var extremeSquare: Double { tails.extremeSquare(codes) }

  /// - Complexity: O(codes log n); of bins, O(codes).
  func evaluate(at scale: Double) -> ScalePoint {
    withUnsafeTemporaryAllocation(of: ScaleSums.self, capacity: 2 * (steps + 1)) { memory in
      let below = UnsafeMutableBufferPointer(rebasing: memory[...steps])
      let above = UnsafeMutableBufferPointer(rebasing: memory[(steps + 1)...])
      tails.below.accumulate(scale: scale, into: below)
      tails.above.accumulate(scale: scale, into: above)
      let codesBelow = split(below, above, scale)
      let (low, high) = (below[codesBelow], above[steps - codesBelow])
      return ScalePoint(
        scale: scale,
        ScaleSums(linear: low.linear + high.linear, square: low.square + high.square),
        codesBelow: codesBelow, most: below[steps].square + above[steps].square, energy: energy,
        slack: tails.slack(scale: scale, codes: codes))
    }
  }

  /// The number of steps below zero with the least error; the smallest one of equals.
  private func split(
    _ below: UnsafeMutableBufferPointer<ScaleSums>, _ above: UnsafeMutableBufferPointer<ScaleSums>,
    _ scale: Double
  ) -> Int {
    /// How much the error of a side falls when it gets step number `step`.
    func gain(_ side: UnsafeMutableBufferPointer<ScaleSums>, _ step: Int) -> Double {
      2 * (side[step].linear - side[step - 1].linear)
        - scale * (side[step].square - side[step - 1].square)
    }
    // Gains fall with each step. So from some z on, a further step below zero gains less than the
    // outermost step above zero, which it replaces.
    return partitionPoint(0..<steps) { gain(below, $0 + 1) <= gain(above, steps - $0) }
  }
}

extension TailSums {
  /// Computes the sums over the values of one side and their nearest codes at a scale, for each
  /// number of steps on this side, from 0 on.
  fileprivate func accumulate(
    scale: Double, into prefix: UnsafeMutableBufferPointer<ScaleSums>
  ) {
    var sums = ScaleSums(linear: 0, square: 0)
    prefix[0] = sums
    var next = 1
    forEachTail(scale: scale, codes: prefix.count - 1) { code, mass, sum in
      sums = ScaleSums(
        linear: sums.linear + sum, square: sums.square + Double(2 * code - 1) * mass)
      prefix[code] = sums
      next = code + 1
    }
    // No value has a code beyond the last one visited, so further steps do not affect the sums.
    prefix[next...].update(repeating: sums)
  }
}
