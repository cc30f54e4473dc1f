internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels

/// Finds the globally best scale over all zero points at once, by branch and bound.
///
/// Each zero point has its own ``ChordBound`` on an interval; the interval keeps those that may
/// still win and is split where the most promising one promises its least error.
struct ZeroPointSearch {
  private struct Interval {
    let left: Int
    let right: Int
    /// The choices that may still hold the optimum.
    let open: [Int32]
    let bound: Double
    let split: Double
  }

  private let problem: ZeroPointProblem
  private let tolerance: SearchTolerance
  private var scratch: ZeroPointProblem.Scratch
  private var evaluations: [ZeroPointEvaluation] = []
  private var best: (cost: Double, scale: Double, choice: Int)
  private var threshold = 0.0
  private var lowerBound = Double.infinity

  /// Solves a problem.
  static func solve(
    _ problem: ZeroPointProblem, tolerance: SearchTolerance = SearchTolerance()
  ) -> ScaleCertificate {
    var search = ZeroPointSearch(problem, tolerance)
    search.run()
    return ScaleCertificate(
      scale: search.best.scale, codesBelow: problem.choices.lowerBound + search.best.choice,
      cost: search.best.cost, lowerBound: min(search.lowerBound, search.best.cost),
      evaluations: search.evaluations.count)
  }

  private init(_ problem: ZeroPointProblem, _ tolerance: SearchTolerance) {
    self.problem = problem
    self.tolerance = tolerance
    scratch = problem.makeScratch()
    best = (problem.energy, problem.largestScale, 0)
    threshold = tolerance.threshold(cost: best.cost, energy: problem.energy)
  }

  private mutating func run() {
    // Nothing but zeros: every scale has the error of none.
    guard problem.largestScale > 0 else { return }
    var stack = startingIntervals()
    while let interval = stack.popLast() {
      guard interval.bound < threshold else {
        lowerBound = min(lowerBound, interval.bound)
        continue
      }
      let middle = evaluate(interval.split)
      let halves = [
        narrowed(interval.left, middle, interval.open),
        narrowed(middle, interval.right, interval.open),
      ].compactMap { $0 }
      // The better half last: it is the next one taken.
      stack.append(contentsOf: halves.sorted { $0.bound > $1.bound })
    }
  }

  /// Log-spaced scales from the largest that can be optimal down to where nearly all values clip, or
  /// to the least usable one.
  private mutating func startingIntervals() -> [Interval] {
    let points = 16
    let ratio = pow(8 * Double(problem.steps), -1 / Double(points - 1))
    let least = UsableScales.least
    let scales = (0..<points).reversed().map { problem.largestScale * pow(ratio, Double($0)) }
    if scales[0] > least {
      var zero = ZeroPointEvaluation(choices: problem.choices.count)
      problem.evaluateAtZero(into: &zero)
      evaluations.append(zero)
    } else {
      _ = evaluate(least)
    }
    for scale in scales where scale > least { _ = evaluate(scale) }
    if evaluations.count == 1 { lowerBound = evaluations[0].lowest.min() ?? 0 }
    let all = (0..<Int32(problem.choices.count)).map { $0 }
    return (0..<evaluations.count - 1).compactMap { narrowed($0, $0 + 1, all) }
      .sorted { $0.bound > $1.bound }
  }

  private mutating func evaluate(_ scale: Double) -> Int {
    var result = ZeroPointEvaluation(choices: problem.choices.count)
    problem.evaluate(at: scale, into: &result, scratch: &scratch)
    for choice in result.cost.indices where result.square[choice] > 0 {
      // With codes held, A / B is the best scale and S2 - A^2/B its error; letting codes move to
      // the nearest level from there only lowers it.
      let (linear, square) = (result.linear[choice], result.square[choice])
      let cost = max(0, problem.energy - linear * linear / square)
      guard cost < best.cost else { continue }
      let codes = problem.codes(ofChoice: choice)
      if UsableScales(codes: codes).contains(linear / square) {
        best = (cost, linear / square, choice)
      } else {
        let offer = ScaleSums(linear: linear, square: square).offer(
          from: scale, cost: result.cost[choice], energy: problem.energy, codes: codes)
        if offer.cost < best.cost { best = (offer.cost, offer.scale, choice) }
      }
    }
    threshold = tolerance.threshold(cost: best.cost, energy: problem.energy)
    evaluations.append(result)
    return evaluations.count - 1
  }

  /// The part of an interval that may hold the optimum, or nothing; bounds of what is dropped go to
  /// the certificate.
  private mutating func narrowed(_ left: Int, _ right: Int, _ open: [Int32]) -> Interval? {
    let (low, high) = (evaluations[left], evaluations[right])
    let width = high.scale - low.scale
    var stillOpen: [Int32] = []
    stillOpen.reserveCapacity(open.count)
    var promise = (bound: Double.infinity, share: 0.5)
    var dropped = Double.infinity
    // With fewer than all steps on either side, more scales are usable.
    let allUsable = UsableScales(codes: 0...problem.steps).containsAll(upTo: high.scale)
    for candidate in open {
      let choice = Int(candidate)
      if !allUsable,
        UsableScales(codes: problem.codes(ofChoice: choice))
          .excludes(from: low.scale, to: high.scale)
      {
        continue
      }
      let bound = ChordBound(
        left: low.lowest[choice], right: high.lowest[choice], curvature: low.mostSquare[choice],
        width: width)
      let slack =
        low.cost[choice] - low.lowest[choice] + high.cost[choice] - high.lowest[choice]
      if bound.value >= threshold || bound.bend < slack {
        // Nothing better, or only bounds are known that a finer split would not bring closer.
        dropped = min(dropped, bound.value)
      } else if allUsable && slack == 0 && low.square[choice] == high.square[choice]
        && low.linear[choice] == high.linear[choice]
      {
        // No value changes its code in between: one parabola, whose least point `evaluate` has
        // already offered as the best.
        dropped = min(dropped, best.cost)
      } else {
        stillOpen.append(candidate)
        if bound.value < promise.bound { promise = (bound.value, bound.share) }
      }
    }
    lowerBound = min(lowerBound, dropped)
    guard !stillOpen.isEmpty else { return nil }
    guard width > 1e-15 * high.scale else {
      lowerBound = min(lowerBound, promise.bound)
      return nil
    }
    return Interval(
      left: left, right: right, open: stillOpen, bound: promise.bound,
      split: low.scale + width * min(max(promise.share, 0.15), 0.85))
  }
}
