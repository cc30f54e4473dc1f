internal import Foundation
internal import QuantizationCore

/// What a search found, and how sure it is.
package struct ScaleCertificate: Sendable {
  /// The best scale found.
  package let scale: Double
  /// The codes below real zero for the best zero point: `zeroPoint - qmin`.
  package let codesBelow: Int
  /// The sum of squared errors there, in exact arithmetic on the sample.
  package let cost: Double
  /// No scale and no zero point has a smaller sum of squared errors, up to rounding.
  package let lowerBound: Double
  /// How often the error was evaluated.
  package let evaluations: Int
}

/// Finds the globally best scale, over all zero points at once, by branch and bound.
///
/// Let `B(a)` be the sum of squared codes at the left end of an interval [a, b]. As the scale grows
/// no code moves away from zero, so f(s) - B(a) s^2 is a minimum of concave pieces, hence concave,
/// hence above its chord:
/// ```
/// f(s) >= (1-u) f(a) + u f(b) - B(a) h^2 u (1-u),   h = b - a,  u = (s - a) / h
/// ```
/// The bound is exact where no value changes its code and off by at most B(a) h^2 / 4 elsewhere:
/// second order in the width, which is why some hundred evaluations are enough.
///
/// Source: the convex underestimators of Androulakis, Maranas & Floudas 1995, with the curvature
/// read off the data; the same optimum as Idelbayev et al., CVPR 2021, by another way.
struct ScaleSearch {
  private struct Interval {
    let left: ScaleProblem.Evaluation
    let right: ScaleProblem.Evaluation
    /// The choices of sides that may still hold the optimum.
    var open: [Int32]
    /// Where the most promising one promises it.
    var promise: (bound: Double, scale: Double)
  }

  private let problem: ScaleProblem
  private let tolerance: Double
  private var best: (cost: Double, scale: Double, side: Int)
  private var lowerBound = Double.infinity
  private var evaluations = 0

  /// Solves a problem.
  ///
  /// - Parameter tolerance: The relative gap between answer and certificate to stop at. Differences
  ///   below 1e-14 of the energy are rounding and are not pursued.
  static func solve(_ problem: ScaleProblem, tolerance: Double = 1e-9) -> ScaleCertificate {
    var search = ScaleSearch(problem, tolerance: tolerance)
    search.run()
    return ScaleCertificate(
      scale: search.best.scale, codesBelow: problem.sides[search.best.side].below,
      cost: search.best.cost, lowerBound: min(search.lowerBound, search.best.cost),
      evaluations: search.evaluations)
  }

  private init(_ problem: ScaleProblem, tolerance: Double) {
    self.problem = problem
    self.tolerance = tolerance
    best = (problem.energy, problem.largestScale, 0)
  }

  private mutating func run() {
    // Nothing the grid can represent: every scale has the error of none.
    guard problem.largestScale > 0 else { return }
    var stack = startingIntervals()
    while let interval = stack.popLast() {
      guard interval.promise.bound < threshold else {
        lowerBound = min(lowerBound, interval.promise.bound)
        continue
      }
      let width = interval.right.scale - interval.left.scale
      let share = (interval.promise.scale - interval.left.scale) / width
      let middle = evaluate(interval.left.scale + width * min(max(share, 0.15), 0.85))
      let halves = [
        bounded(interval.left, middle, interval.open),
        bounded(middle, interval.right, interval.open),
      ].compactMap { $0 }
      // The better half last: it is the next one taken.
      stack.append(contentsOf: halves.sorted { $0.promise.bound > $1.promise.bound })
    }
  }

  /// Log-spaced scales from the largest that can be optimal down to where everything clips.
  private mutating func startingIntervals() -> [Interval] {
    let most = problem.sides.map { max($0.below, $0.above) }.max() ?? 1
    let points = 32
    let ratio = 1 / (8 * Double(most))
    var evaluations = [problem.atZero]
    for point in 0..<points {
      let exponent = Double(points - 1 - point) / Double(points - 1)
      evaluations.append(evaluate(problem.largestScale * pow(ratio, exponent)))
    }
    let all = problem.sides.indices.map(Int32.init)
    return zip(evaluations, evaluations.dropFirst())
      .compactMap { bounded($0, $1, all) }
      .sorted { $0.promise.bound > $1.promise.bound }
  }

  private var threshold: Double {
    best.cost - max(tolerance * best.cost, 1e-14 * problem.energy)
  }

  private mutating func evaluate(_ scale: Double) -> ScaleProblem.Evaluation {
    evaluations += 1
    let evaluation = problem.evaluate(at: scale)
    for side in problem.sides.indices where evaluation.square[side] > 0 {
      // With codes held, A / B is the best scale and S2 - A^2/B its error; letting codes move to
      // the nearest level from there only lowers it.
      let (linear, square) = (evaluation.linear[side], evaluation.square[side])
      let cost = problem.energy - linear * linear / square
      if cost < best.cost { best = (cost, linear / square, side) }
    }
    return evaluation
  }

  /// The part of an interval that may hold the optimum, or nothing; bounds of what is dropped are
  /// kept for the certificate.
  private mutating func bounded(
    _ left: ScaleProblem.Evaluation, _ right: ScaleProblem.Evaluation, _ open: [Int32]
  ) -> Interval? {
    let width = right.scale - left.scale
    var stillOpen: [Int32] = []
    var promise = (bound: Double.infinity, scale: left.scale)
    for candidate in open {
      let side = Int(candidate)
      let (bound, share) = chordBound(left, right, side, width)
      if bound >= threshold {
        lowerBound = min(lowerBound, bound)
      } else if left.square[side] == right.square[side] && left.linear[side] == right.linear[side] {
        // No value changes its code in between: one parabola, whose least point `evaluate` has
        // already offered as the best.
        lowerBound = min(lowerBound, best.cost)
      } else {
        stillOpen.append(candidate)
        if bound < promise.bound { promise = (bound, left.scale + share * width) }
      }
    }
    guard width > 1e-15 * right.scale else {
      lowerBound = min(lowerBound, promise.bound)
      return nil
    }
    guard !stillOpen.isEmpty else { return nil }
    return Interval(left: left, right: right, open: stillOpen, promise: promise)
  }

  private func chordBound(
    _ left: ScaleProblem.Evaluation, _ right: ScaleProblem.Evaluation, _ side: Int, _ width: Double
  ) -> (bound: Double, share: Double) {
    let rise = right.cost[side] - left.cost[side]
    let bend = left.square[side] * width * width
    guard abs(rise) < bend else {
      return rise > 0 ? (left.cost[side], 0) : (right.cost[side], 1)
    }
    let share = (1 - rise / bend) / 2
    return (left.cost[side] + rise * share - bend * share * (1 - share), share)
  }
}
