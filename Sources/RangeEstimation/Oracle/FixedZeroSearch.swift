internal import Foundation
internal import QuantizationKernels

/// Evaluates the squared error of a lane at any scale, the codes on either side of zero fixed.
protocol FixedZeroProblem {
  /// The codes, real zero at 0.
  var codes: ClosedRange<Int> { get }
  /// The sum of squares of all values.
  var energy: Double { get }
  /// The largest scale that can be optimal: the largest representable magnitude on one step.
  var largestScale: Double { get }
  /// The sum of squared codes in the limit of scale zero, where every value has the extreme code
  /// of its sign.
  var extremeSquare: Double { get }
  /// The error and its parabola at a scale above zero.
  func sums(at scale: Double) -> ScaleSums
}

/// Finds the globally best scale for a fixed zero point, by branch and bound on ``ChordBound``.
struct FixedZeroSearch<Problem: FixedZeroProblem> {
  private struct Point {
    let scale: Double
    let sums: ScaleSums
  }

  private struct Interval {
    let left: Point
    let right: Point
    let bound: ChordBound
  }

  private let problem: Problem
  private let tolerance: SearchTolerance
  private var best: (cost: Double, scale: Double)
  private var threshold = 0.0
  private var lowerBound = Double.infinity
  private var evaluations = 0
  private var stack: [Interval] = []

  /// Solves a problem.
  static func solve(
    _ problem: Problem, tolerance: SearchTolerance = SearchTolerance()
  ) -> ScaleCertificate {
    var search = FixedZeroSearch(problem, tolerance)
    search.run()
    return ScaleCertificate(
      scale: search.best.scale, codesBelow: -problem.codes.lowerBound, cost: search.best.cost,
      lowerBound: min(search.lowerBound, search.best.cost), evaluations: search.evaluations)
  }

  private init(_ problem: Problem, _ tolerance: SearchTolerance) {
    self.problem = problem
    self.tolerance = tolerance
    best = (problem.energy, problem.largestScale)
    threshold = tolerance.threshold(cost: best.cost, energy: problem.energy)
    stack.reserveCapacity(64)
  }

  private mutating func run() {
    // Nothing the grid can represent: every scale has the error of none.
    guard problem.largestScale > 0 else { return }
    pushStart()
    while let interval = stack.popLast() {
      guard interval.bound.value < threshold else {
        lowerBound = min(lowerBound, interval.bound.value)
        continue
      }
      let width = interval.right.scale - interval.left.scale
      let share = min(max(interval.bound.share, 0.15), 0.85)
      let middle = evaluate(interval.left.scale + width * share)
      let lower = open(interval.left, middle)
      let upper = open(middle, interval.right)
      // The better half last: it is the next one taken.
      if let lower, let upper, lower.bound.value < upper.bound.value {
        stack.append(upper)
        stack.append(lower)
      } else {
        if let lower { stack.append(lower) }
        if let upper { stack.append(upper) }
      }
    }
  }

  /// Log-spaced scales from the largest that can be optimal down to where nearly all values clip.
  private mutating func pushStart() {
    let most = Double(max(-problem.codes.lowerBound, problem.codes.upperBound))
    let points = 10
    let ratio = Foundation.pow(8 * most, -1 / Double(points - 1))
    let zero = ScaleSums(cost: problem.energy, linear: 0, square: problem.extremeSquare)
    var right = evaluate(problem.largestScale)
    for point in 1...points {
      let left =
        point == points ? Point(scale: 0, sums: zero) : evaluate(right.scale * ratio)
      if let interval = open(left, right) { stack.append(interval) }
      right = left
    }
    stack.sort { $0.bound.value > $1.bound.value }
  }

  private mutating func evaluate(_ scale: Double) -> Point {
    evaluations += 1
    let sums = problem.sums(at: scale)
    if sums.square > 0 {
      // With codes held, A / B is the best scale and S2 - A^2/B its error; letting codes move to
      // the nearest level from there only lowers it. The same from this point's own error, which
      // is free of cancellation: f(s) - B (s - A/B)^2.
      let scaleThere = sums.linear / sums.square
      let shift = scale - scaleThere
      let cost = max(0, sums.cost - sums.square * shift * shift)
      if cost < best.cost {
        best = (cost, scaleThere)
        threshold = tolerance.threshold(cost: cost, energy: problem.energy)
      }
    }
    return Point(scale: scale, sums: sums)
  }

  /// The interval, if it may hold something better; otherwise its bound goes to the certificate.
  private mutating func open(_ left: Point, _ right: Point) -> Interval? {
    let width = right.scale - left.scale
    let bound = ChordBound(
      left: left.sums.cost, right: right.sums.cost, leftSquare: left.sums.square, width: width)
    guard bound.value < threshold, width > 1e-15 * right.scale else {
      lowerBound = min(lowerBound, bound.value)
      return nil
    }
    guard left.sums.square != right.sums.square || left.sums.linear != right.sums.linear else {
      // No value changes its code in between: one parabola, whose least point `evaluate` has
      // already offered as the best.
      lowerBound = min(lowerBound, best.cost)
      return nil
    }
    return Interval(left: left, right: right, bound: bound)
  }
}
