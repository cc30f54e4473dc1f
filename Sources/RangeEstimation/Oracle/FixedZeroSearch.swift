internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels

/// Finds the globally best scale for a fixed zero point, by branch and bound on ``ChordBound``.
struct FixedZeroSearch<Problem: FixedZeroProblem> {
  /// Between two of the points.
  private struct Interval {
    let left: Int32
    let right: Int32
    let bound: Double
    let split: Double
  }

  private let problem: Problem
  private let tolerance: SearchTolerance
  private let usable: UsableScales
  /// The scales to choose from, where these are few.
  private let restricted: RestrictedScales?
  private var best: (cost: Double, scale: Double, codesBelow: Int)
  private var threshold = 0.0
  /// Every error up to `scale` is above `cost`: nothing that can be offered there would change what
  /// is found.
  private var hopeless = (scale: 0.0, cost: Double.infinity)
  private var lowerBound = Double.infinity
  private var points: [ScalePoint] = []
  private var stack: [Interval] = []

  /// Solves a problem.
  ///
  /// - Parameters:
  ///   - scales: The scales to choose from; nothing for all that are usable.
  ///   - cost: The error of a known solution, of this or another zero point: nothing that cannot be
  ///     better is pursued.
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
    // Nothing the grid can represent: every scale has the error of none.
    guard problem.largestScale > 0 else { return }
    pushStart()
    while let interval = stack.popLast() {
      guard interval.bound < threshold else {
        lowerBound = min(lowerBound, interval.bound)
        continue
      }
      let middle = evaluate(interval.split)
      let lower = open(interval.left, middle)
      let upper = open(middle, interval.right)
      // The better half last: it is the next one taken.
      if let lower, let upper, lower.bound < upper.bound {
        stack.append(upper)
        stack.append(lower)
      } else {
        if let lower { stack.append(lower) }
        if let upper { stack.append(upper) }
      }
    }
  }

  /// Log-spaced scales from the largest that can be optimal down to where nearly all values clip, or
  /// to the least usable one, beyond which nothing can be optimal either.
  private mutating func pushStart() {
    let starts = 6
    let ratio = Foundation.pow(4 * problem.reach, -1 / Double(starts - 1))
    let leastUsable = UsableScales.least / problem.unit
    points.append(problem.pointAtZero)
    if let guess = problem.guess, guess >= leastUsable { _ = evaluate(guess) }
    // What is below is surely no better.
    let least = max(leastUsable, problem.leastScale(below: best.cost))
    // Of few scales the best may be one at which nothing is on the innermost level yet.
    var scale = max(restricted?.ceiling(2 * problem.largestScale) ?? problem.largestScale, least)
    var right = evaluate(scale)
    if scale == least { lowerBound = points[Int(right)].lowest }
    for start in 1...starts where scale > least {
      guard !isHopeless(right) else { break }
      scale *= ratio
      let left = scale <= least ? evaluate(least) : start == starts ? 0 : evaluate(scale)
      if let interval = open(left, right) { stack.append(interval) }
      right = left
    }
    stack.sort { $0.bound > $1.bound }
  }

  /// Whether no scale up to that of a point can matter, which the certificate is told.
  private mutating func isHopeless(_ right: Int32) -> Bool {
    guard points[Int(right)].scale <= hopeless.scale else { return false }
    lowerBound = min(lowerBound, hopeless.cost)
    return true
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

  /// The interval, if splitting it may show something better; otherwise its bound goes to the
  /// certificate.
  private mutating func open(_ leftIndex: Int32, _ rightIndex: Int32) -> Interval? {
    guard !isHopeless(rightIndex) else { return nil }
    let (left, right) = (points[Int(leftIndex)], points[Int(rightIndex)])
    guard !usable.excludes(from: left.scale * problem.unit, to: right.scale * problem.unit),
      restricted?.excludes(from: left.scale, to: right.scale) != true
    else { return nil }
    let width = right.scale - left.scale
    let bound = ChordBound(
      left: left.lowest, right: right.lowest, curvature: problem.curvature(from: left, to: right),
      width: width)
    guard bound.value < threshold, width > 1e-15 * right.scale else {
      lowerBound = min(lowerBound, bound.value)
      return nil
    }
    if problem.isOnePiece(left, right), usable.containsAll(upTo: right.scale * problem.unit) {
      // No value changes its code in between: one parabola, whose least point `evaluate` has
      // already offered as the best.
      lowerBound = min(lowerBound, best.cost)
      return nil
    }
    guard bound.bend >= left.slack + right.slack else {
      // Only bounds are known here, and a finer split would not bring them closer.
      lowerBound = min(lowerBound, bound.value)
      return nil
    }
    let split = left.scale + width * min(max(bound.share, 0.15), 0.85)
    return Interval(
      left: leftIndex, right: rightIndex, bound: bound.value,
      split: restricted?.scale(near: split, from: left.scale, to: right.scale) ?? split)
  }
}

extension RestrictedScales {
  /// A scale between two others, near a third.
  fileprivate func scale(near wanted: Double, from low: Double, to high: Double) -> Double? {
    if let below = scale(atMost: wanted), below > low { return below }
    return scale(atLeast: wanted).flatMap { $0 < high ? $0 : nil }
  }

  /// The scale of a point, if it is one of these, and the two beside the least error of its parabola,
  /// each with an error that it does not exceed.
  fileprivate func offers(
    from point: ScalePoint, energy: Double
  ) -> [(scale: Double, cost: Double)] {
    var offers: [(scale: Double, cost: Double)] = []
    if scale(atMost: point.scale) == point.scale { offers.append((point.scale, point.cost)) }
    guard point.squareOfCost > 0 else { return offers }
    let sums = ScaleSums(linear: point.linear, square: point.squareOfCost)
    let vertex = sums.linear / sums.square
    for scale in [scale(atMost: vertex), scale(atLeast: vertex)].compactMap(\.self) {
      offers.append((scale, sums.cost(scale: scale, energy: energy)))
    }
    return offers
  }
}
