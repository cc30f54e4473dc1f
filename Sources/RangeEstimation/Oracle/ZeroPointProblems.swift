internal import QuantizationCore
internal import QuantizationKernels

/// A short lane with values on both sides of zero, evaluated value by value.
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

  /// Min-max.
  var guess: Double? { (range.upper - range.lower) / Double(steps) }

  /// Below it the two outermost values alone lose more: together they lie beyond the outermost levels by
  /// `width - N s`, of which the squares are least in equal parts.
  func leastScale(below cost: Double) -> Double {
    (range.upper - range.lower - (2 * cost).squareRoot()) / Double(steps)
  }

  /// Complexity: O(n) where a zero point clips nothing, some times that elsewhere.
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

  /// The best zero point of some, by steps downhill from where both ends are clipped alike.
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

  /// The code of a magnitude, as the kernel rounds it; one more than all steps for those beyond.
  private func code(_ magnitude: Double, _ scale: Double) -> Int {
    Int(min(magnitude * (1 / scale), Double(steps + 1)).roundedHalfEven)
  }
}

/// A long lane, a weighted one, or bins of one, with values on both sides of zero, evaluated from tails.
struct TailZeroPointProblem: ZeroPointProblem {
  let steps: Int
  private let tails: SidedTails

  init(_ tails: SidedTails, steps: Int) { (self.tails, self.steps) = (tails, steps) }

  var energy: Double { tails.energy }
  var largestScale: Double { tails.largestMagnitude(reachedBy: codes) }
  var extremeSquare: Double { tails.extremeSquare(codes) }

  /// Complexity: O(codes log n), of bins O(codes).
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

  /// The steps below zero that leave the least error; of equals the fewest.
  private func split(
    _ below: UnsafeMutableBufferPointer<ScaleSums>, _ above: UnsafeMutableBufferPointer<ScaleSums>,
    _ scale: Double
  ) -> Int {
    /// How much less the error of a side is with one step more than before it.
    func gain(_ side: UnsafeMutableBufferPointer<ScaleSums>, _ step: Int) -> Double {
      2 * (side[step].linear - side[step - 1].linear)
        - scale * (side[step].square - side[step - 1].square)
    }
    // Gains fall with each step, so from some z on one step more below zero is not worth the
    // outermost one above.
    return partitionPoint(0..<steps) { gain(below, $0 + 1) <= gain(above, steps - $0) }
  }
}

extension TailSums {
  /// The parts of one side in the parabola at a scale, for each number of steps from none on.
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
    // Beyond the last level that any value reaches, more steps change nothing.
    prefix[next...].update(repeating: sums)
  }
}
