internal import CStandardLibrary
internal import QuantizationCore
internal import QuantizationKernels

/// Finds the scale with the least error of all, by branch and bound on ``ChordBound``.
///
/// Intervals of scales are split at the scale where their bound is least, until no bound is below the
/// best error found, up to a tolerance.
struct FixedZeroSearch<Problem: FixedZeroProblem> {
  /// An interval of scales between two evaluated points, with the lower bound of the errors in it and
  /// the scale at which to split it.
  private struct Interval {
    let left: Int32
    let right: Int32
    let bound: Double
    let split: Double
  }

  private let problem: Problem
  private let tolerance: SearchTolerance
  private let usable: UsableScales
  /// The scales to choose from, if the scale format has few of them; nil otherwise.
  private let restricted: RestrictedScales?
  private var best: (cost: Double, scale: Double, codesBelow: Int)
  private var threshold = 0.0
  /// Every error up to `scale` is above `cost`, the error of a known solution, so no scale there
  /// needs to be evaluated.
  private var hopeless = (scale: 0.0, cost: Double.infinity)
  private var lowerBound = Double.infinity
  private var points: [ScalePoint] = []
  private var stack: [Interval] = []

  /// Solves a problem.
  ///
  /// - Parameters:
  ///   - scales: The scales to choose from; nil for all usable ones.
  ///   - cost: The error of a known solution, of this or another zero point. Only intervals that may
  ///     contain a smaller error are searched.
  static func solve(
    _ problem: Problem, among scales: RestrictedScales? = nil,
    tolerance: SearchTolerance = SearchTolerance(), below cost: Double? = nil
  ) -> ScaleCertificate {
    var search = FixedZeroSearch(problem, scales, tolerance)
    if let cost {
      search.lower(threshold: cost)
      search.hopeless = (problem.hopelessScale(above: cost), cost)
    }
    search.run()
    return ScaleCertificate(
      scale: search.best.scale, codesBelow: search.best.codesBelow, cost: search.best.cost,
      lowerBound: min(search.lowerBound, search.best.cost), evaluations: search.points.count)
  }

  private init(_ problem: Problem, _ scales: RestrictedScales?, _ tolerance: SearchTolerance) {
    self.problem = problem
    self.tolerance = tolerance
    usable = problem.usable
    restricted = scales
    best = (problem.energy, problem.largestScale, -problem.codes.lowerBound)
    threshold = .infinity
    lower(threshold: best.cost)
    points.reserveCapacity(64)
    stack.reserveCapacity(32)
  }

  private mutating func lower(threshold cost: Double) {
    threshold = min(threshold, tolerance.threshold(cost: cost, energy: problem.energy))
  }

  private mutating func run() {
    // No value can be represented except as zero: every scale has the same error.
    guard problem.largestScale > 0 else { return }
    pushStart()
    while let interval = stack.popLast() {
      guard interval.bound < threshold else {
        lowerBound = min(lowerBound, interval.bound)
        continue
      }
      guard !isSettled(interval) else { continue }
      let middle = evaluate(interval.split)
      let lower = open(interval.left, middle)
      let upper = open(middle, interval.right)
      // The half with the smaller bound goes last: it is taken next.
      if let lower, let upper, lower.bound < upper.bound {
        stack.append(upper)
        stack.append(lower)
      } else {
        if let lower { stack.append(lower) }
        if let upper { stack.append(upper) }
      }
    }
  }

  /// Makes the first intervals.
  ///
  /// Their ends are log-spaced scales, from the largest one that can be optimal down to one at
  /// which nearly all values clip, or to the least usable one.
  private mutating func pushStart() {
    let starts = 6
    let ratio = CStandardLibrary.pow(4 * problem.reach, -1 / Double(starts - 1))
    let leastUsable = UsableScales.least / problem.unit
    points.append(problem.pointAtZero)
    if let guess = problem.guess, guess >= leastUsable { _ = evaluate(guess) }
    // No smaller scale has a smaller error.
    let least = max(leastUsable, problem.leastScale(below: best.cost))
    // If there are few scales, the best may be above the largest one that is optimal otherwise.
    var scale = max(restricted?.ceiling(2 * problem.largestScale) ?? problem.largestScale, least)
    var known: Int32?
    if scale == least { lowerBound = points[Int(evaluate(scale))].lowest }
    for start in 1...starts where scale > least {
      guard !isHopeless(upTo: scale) else { break }
      let end = scale
      scale *= ratio
      guard !problem.excludes(from: start == starts ? 0 : max(scale, least), to: end) else {
        known = nil
        continue
      }
      let right = known ?? evaluate(end)
      let left = scale <= least ? evaluate(least) : start == starts ? 0 : evaluate(scale)
      if let interval = open(left, right) { stack.append(interval) }
      known = left
    }
    stack.sort { $0.bound > $1.bound }
  }

  /// Whether no scale up to another one can have a smaller error than the known solution.
  ///
  /// If so, the lower bound of the certificate takes it into account.
  private mutating func isHopeless(upTo scale: Double) -> Bool {
    guard scale <= hopeless.scale else { return false }
    lowerBound = min(lowerBound, hopeless.cost)
    return true
  }

  /// Whether bounds of the error at the split of an interval already tell that it is not less than the
  /// best, and that both parts need not be searched.
  ///
  /// An evaluation would tell the same. If so, the lower bound of the certificate takes the bounds of
  /// both parts into account.
  private mutating func isSettled(_ interval: Interval) -> Bool {
    let (left, right) = (points[Int(interval.left)], points[Int(interval.right)])
    var detail = 0
    while let found = problem.bounds(at: interval.split, detail: detail) {
      if let bound = settled(left, found.least, right) {
        lowerBound = min(lowerBound, bound)
        return true
      }
      // Closer bounds would not tell it either.
      guard settled(left, found.most, right) != nil else { return false }
      detail += 1
    }
    return false
  }

  /// A lower bound of the errors in two intervals, if neither they nor the point between them may be of
  /// interest; nil if one of them may be.
  private func settled(_ left: ScalePoint, _ middle: ScalePoint, _ right: ScalePoint) -> Double? {
    guard middle.lowest >= best.cost else { return nil }
    var least = Double.infinity
    for (from, to) in [(left, middle), (middle, right)]
    where !isExcluded(from: from.scale, to: to.scale) {
      let bound = chord(from: from, to: to).value
      // The margin is larger than the rounding of bounds.
      guard bound >= threshold * (1 + 1e-12) else { return nil }
      least = min(least, bound)
    }
    return least
  }

  /// Whether no scale between two scales can be the solution.
  private func isExcluded(from left: Double, to right: Double) -> Bool {
    problem.excludes(from: left, to: right)
      || usable.excludes(from: left * problem.unit, to: right * problem.unit)
      || restricted?.excludes(from: left, to: right) == true
  }

  private func chord(from left: ScalePoint, to right: ScalePoint) -> ChordBound {
    ChordBound(
      left: left.lowest, right: right.lowest, curvature: problem.curvature(from: left, to: right),
      width: right.scale - left.scale)
  }

  private mutating func evaluate(_ scale: Double) -> Int32 {
    let point = problem.evaluate(at: scale)
    if let restricted {
      for offer in restricted.offers(from: point, energy: problem.energy)
      where offer.cost < best.cost {
        best = (offer.cost, offer.scale, -problem.codes(of: point).lowerBound)
        lower(threshold: offer.cost)
      }
    } else if let offer = problem.offer(from: point), offer.cost < best.cost {
      best = (offer.cost, offer.scale, -problem.codes(of: point).lowerBound)
      lower(threshold: offer.cost)
    }
    points.append(point)
    return Int32(points.count - 1)
  }

  /// The interval between two points, if it may contain a smaller error than the best.
  ///
  /// If not, returns nil, and the lower bound of the certificate takes its bound into account.
  private mutating func open(_ leftIndex: Int32, _ rightIndex: Int32) -> Interval? {
    let (left, right) = (points[Int(leftIndex)], points[Int(rightIndex)])
    guard !isHopeless(upTo: right.scale), !isExcluded(from: left.scale, to: right.scale)
    else { return nil }
    let width = right.scale - left.scale
    let bound = chord(from: left, to: right)
    guard bound.value < threshold, width > 1e-15 * right.scale else {
      lowerBound = min(lowerBound, bound.value)
      return nil
    }
    if problem.isOnePiece(left, right), usable.containsAll(upTo: right.scale * problem.unit) {
      // No value changes its code in between. `evaluate` has already considered the least point of
      // the parabola.
      lowerBound = min(lowerBound, best.cost)
      return nil
    }
    guard bound.bend >= left.slack + right.slack else {
      // The errors of both points are known between bounds only, and a split would not make these
      // closer.
      lowerBound = min(lowerBound, bound.value)
      return nil
    }
    let split = left.scale + width * min(max(bound.share, 0.15), 0.85)
    return Interval(
      left: leftIndex, right: rightIndex, bound: bound.value,
      split: restricted?.scale(near: split, from: left.scale, to: right.scale) ?? split)
  }
}
