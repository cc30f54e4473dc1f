internal import QuantizationCore

/// The squared error of a lane as a function of the scale, for one or for all zero points.
///
/// With nearest levels `s*c`, c = -q^-...q^+, the error at scale s is
/// ```
/// f(s) = S2 - 2 s A(s) + s^2 B(s),   A = sum c x,   B = sum c^2
/// ```
/// Both sums come from tails of the sorted magnitudes: with `T_j = { y >= (j - 1/2) s }`,
/// `A = sum_j sum_{T_j} y` and `B = sum_j (2j-1) |T_j|`, j = 1...q. The sums for every smaller q
/// are prefixes of the same walk, which is what makes all zero points as cheap as one.
struct ScaleProblem {
  /// The codes below and above real zero that one zero point leaves.
  struct Sides: Hashable {
    let below: Int
    let above: Int
  }

  /// Error and derivatives at one scale, for each choice of ``sides``.
  struct Evaluation {
    let scale: Double
    /// f, the sum of squared errors.
    var cost: [Double]
    /// A, so that the best scale for this assignment of codes is A / B.
    var linear: [Double]
    /// B.
    var square: [Double]
  }

  private let below: TailSums
  private let above: TailSums
  /// The choices: one for a symmetric grid, one for each useful zero point of an affine one.
  let sides: [Sides]
  /// The sum of squares of all values, S2.
  let energy: Double
  /// The largest scale that can be optimal: the largest representable magnitude on one step.
  let largestScale: Double

  /// The problem of a sample on a grid.
  init(_ sample: SampleStatistics, on grid: CodeGrid) {
    (below, above) = (sample.below, sample.above)
    sides = Self.usefulSides(of: grid, below: below, above: above)
    energy = below.sumOfSquares + above.sumOfSquares
    let reachesBelow = sides.contains { $0.below > 0 }
    let reachesAbove = sides.contains { $0.above > 0 }
    largestScale = max(reachesBelow ? below.maximum : 0, reachesAbove ? above.maximum : 0)
  }

  /// Without values on one side, codes on that side are useless: only the extreme zero point stays.
  private static func usefulSides(
    of grid: CodeGrid, below: TailSums, above: TailSums
  ) -> [Sides] {
    guard grid.family.scheme == .affine else {
      return [Sides(below: -grid.minimumCode, above: grid.maximumCode)]
    }
    if below.maximum == 0 { return [Sides(below: 0, above: grid.steps)] }
    if above.maximum == 0 { return [Sides(below: grid.steps, above: 0)] }
    return (0...grid.steps).map { Sides(below: $0, above: grid.steps - $0) }
  }

  /// The limit of scale zero, where every value clips to the extreme code of its sign.
  var atZero: Evaluation {
    Evaluation(
      scale: 0,
      cost: [Double](repeating: energy, count: sides.count),
      linear: sides.map { below.sum * Double($0.below) + above.sum * Double($0.above) },
      square: sides.map {
        Double(below.count) * Double($0.below * $0.below)
          + Double(above.count) * Double($0.above * $0.above)
      })
  }

  /// Evaluates f, A and B at a scale for every choice of sides.
  ///
  /// Complexity: O(n + codes) for lanes shorter than the codes are many, O(codes log n) otherwise.
  func evaluate(at scale: Double) -> Evaluation {
    let low = Walk(below, scale: scale, codes: sides.last?.below ?? 0)
    let high = Walk(above, scale: scale, codes: sides.first?.above ?? 0)
    var result = Evaluation(scale: scale, cost: [], linear: [], square: [])
    result.cost.reserveCapacity(sides.count)
    result.linear.reserveCapacity(sides.count)
    result.square.reserveCapacity(sides.count)
    for side in sides {
      let linear = low.linear(side.below) + high.linear(side.above)
      let square = low.square(side.below) + high.square(side.above)
      result.cost.append(max(0, energy - 2 * scale * linear + scale * scale * square))
      result.linear.append(linear)
      result.square.append(square)
    }
    return result
  }
}

/// Prefix sums over codes of one sign: A and B for every number of codes up to a limit.
private struct Walk {
  private var linearPrefix: [Double] = [0]
  private var squarePrefix: [Double] = [0]

  init(_ tails: TailSums, scale: Double, codes: Int) {
    // Beyond the last level that any value reaches, prefixes do not change.
    let reached = tails.maximum / scale + 0.5
    let limit = reached < Double(codes) ? Int(reached) : codes
    linearPrefix.reserveCapacity(limit + 1)
    squarePrefix.reserveCapacity(limit + 1)
    if tails.count < 4 * limit {
      walkValues(tails, scale: scale, limit: limit)
    } else {
      walkThresholds(tails, scale: scale, limit: limit)
    }
  }

  func linear(_ codes: Int) -> Double { linearPrefix[min(codes, linearPrefix.count - 1)] }
  func square(_ codes: Int) -> Double { squarePrefix[min(codes, squarePrefix.count - 1)] }

  private mutating func walkThresholds(_ tails: TailSums, scale: Double, limit: Int) {
    var rank = 0
    for code in stride(from: 1, through: limit, by: 1) {
      rank = tails.rank(of: (Double(code) - 0.5) * scale, from: rank)
      append(code, count: tails.count - rank, sum: tails.sum - tails.sum(below: rank))
    }
  }

  private mutating func walkValues(_ tails: TailSums, scale: Double, limit: Int) {
    guard limit > 0 else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * (limit + 1)) { table in
      table.initialize(repeating: 0)
      let inverse = 1 / scale
      for index in 0..<tails.count {
        let magnitude = tails[index]
        let code = min(Int(magnitude * inverse + 0.5), limit)
        table[2 * code] += 1
        table[2 * code + 1] += magnitude
      }
      // What is in T_j is what has code j or more.
      for code in stride(from: limit - 1, through: 1, by: -1) {
        table[2 * code] += table[2 * code + 2]
        table[2 * code + 1] += table[2 * code + 3]
      }
      for code in 1...limit {
        append(code, count: Int(table[2 * code]), sum: table[2 * code + 1])
      }
    }
  }

  private mutating func append(_ code: Int, count: Int, sum: Double) {
    linearPrefix.append(linearPrefix[code - 1] + sum)
    squarePrefix.append(squarePrefix[code - 1] + Double(2 * code - 1) * Double(count))
  }
}
