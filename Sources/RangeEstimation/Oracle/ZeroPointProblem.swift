internal import QuantizationCore

/// The squared error of a lane at a scale for every zero point at once.
///
/// A zero point leaves `below` codes for negative values and the other steps for positive ones. The
/// sums over codes of one side for every number of codes up to a limit are prefixes of one walk, so
/// all zero points cost as much as one.
struct ZeroPointProblem {
  /// The numbers of codes below zero to choose from, ascending without gaps.
  let choices: ClosedRange<Int>
  /// The number of steps between the outermost codes.
  let steps: Int
  /// The sum of squares of all values.
  let energy: Double
  /// The largest scale that can be optimal: the largest magnitude on one step.
  let largestScale: Double
  private let below: TailSums
  private let above: TailSums

  init(_ tails: SidedTails, steps: Int) {
    (below, above) = (tails.below, tails.above)
    self.steps = steps
    energy = tails.energy
    largestScale = max(below.maximum, above.maximum)
    // Codes on a side without values are useless: only the extreme choice stays.
    choices = below.maximum == 0 ? 0...0 : above.maximum == 0 ? steps...steps : 0...steps
  }

  /// The codes on either side of real zero of a choice, counted from the first.
  @inline(__always)
  func codes(ofChoice index: Int) -> ClosedRange<Int> {
    let below = choices.lowerBound + index
    return -below...steps - below
  }

  /// Memory for one walk on each side.
  struct Scratch {
    fileprivate var below: [Double]
    fileprivate var above: [Double]
  }

  /// Memory that fits this problem.
  func makeScratch() -> Scratch {
    let zeros = [Double](repeating: 0, count: 2 * (steps + 1))
    return Scratch(below: zeros, above: zeros)
  }

  /// The limit of scale zero, where every value has the extreme code of its sign.
  func evaluateAtZero(into result: inout ZeroPointEvaluation) {
    result.scale = 0
    for (index, codes) in choices.enumerated() {
      let (low, high) = (Double(codes), Double(steps - codes))
      result.cost[index] = energy
      result.linear[index] = below.sum * low + above.sum * high
      result.square[index] = below.mass * low * low + above.mass * high * high
    }
    (result.lowest, result.mostSquare) = (result.cost, result.square)
  }

  /// Evaluates every choice at a scale.
  ///
  /// Complexity: O(n + codes) for lanes shorter than the codes are many, O(codes log n) otherwise.
  func evaluate(
    at scale: Double, into result: inout ZeroPointEvaluation, scratch: inout Scratch
  ) {
    result.scale = scale
    walk(below, scale, limit: choices.upperBound, into: &scratch.below)
    walk(above, scale, limit: steps - choices.lowerBound, into: &scratch.above)
    let twice = 2 * scale
    let squared = scale * scale
    for (index, codes) in choices.enumerated() {
      let (low, high) = (2 * codes, 2 * (steps - codes))
      let linear = scratch.below[low] + scratch.above[high]
      let square = scratch.below[low + 1] + scratch.above[high + 1]
      result.linear[index] = linear
      result.square[index] = square
      result.cost[index] = max(0, energy - twice * linear + squared * square)
    }
    (result.lowest, result.mostSquare) = (result.cost, result.square)
    guard !below.isExact || !above.isExact else { return }
    walkCuts(below, scale, limit: choices.upperBound, into: &scratch.below)
    walkCuts(above, scale, limit: steps - choices.lowerBound, into: &scratch.above)
    for (index, codes) in choices.enumerated() {
      let (low, high) = (2 * codes, 2 * (steps - codes))
      let slack = scratch.below[low] + scratch.above[high]
      result.lowest[index] = max(0, result.lowest[index] - slack)
      result.mostSquare[index] += scratch.below[low + 1] + scratch.above[high + 1]
    }
  }

  /// Pairs of prefix sums, of the slack of the cost and of `sum c^2`, for 0...limit codes.
  private func walkCuts(
    _ tails: TailSums, _ scale: Double, limit: Int, into prefix: inout [Double]
  ) {
    for index in prefix.indices { prefix[index] = 0 }
    tails.forEachCut(scale: scale, codes: limit) { code, cost, square in
      prefix[2 * code] = cost
      prefix[2 * code + 1] = square
    }
    guard limit > 0 else { return }
    for index in 2..<2 * (limit + 1) { prefix[index] += prefix[index - 2] }
  }

  /// Pairs of prefix sums, of `sum c y` and `sum c^2`, for 0...limit codes on one side.
  private func walk(
    _ tails: TailSums, _ scale: Double, limit: Int, into prefix: inout [Double]
  ) {
    prefix.withUnsafeMutableBufferPointer { prefix in
      var (linear, square) = (0.0, 0.0)
      (prefix[0], prefix[1]) = (0, 0)
      var reached = 0
      tails.forEachTail(scale: scale, codes: limit) { code, mass, sum in
        linear += sum
        square += Double(2 * code - 1) * mass
        prefix[2 * code] = linear
        prefix[2 * code + 1] = square
        reached = code
      }
      // Beyond the last level that any value reaches, more codes change nothing.
      for code in stride(from: reached + 1, through: limit, by: 1) {
        prefix[2 * code] = linear
        prefix[2 * code + 1] = square
      }
    }
  }
}

/// Costs and parabolas at one scale, an entry for each choice of zero point.
struct ZeroPointEvaluation {
  var scale = 0.0
  /// The error, or an upper bound of it where values are known in bins only.
  var cost: [Double]
  /// The error, or a lower bound of it.
  var lowest: [Double]
  var linear: [Double]
  var square: [Double]
  /// `sum c^2`, or an upper bound of it.
  var mostSquare: [Double]

  init(choices: Int) {
    cost = [Double](repeating: 0, count: choices)
    (lowest, linear, square, mostSquare) = (cost, cost, cost, cost)
  }
}
