internal import CStandardLibrary
internal import QuantizationCore
internal import QuantizationKernels

/// Where the least sum of powers of a long lane can lie for one zero point, from bounds of the sums.
///
/// The same branch and bound as ``FixedZeroSearch``, on sums that are known between bounds only. What it
/// leaves are a few intervals of scales. A search with whole sums that leaves out all others finds the same
/// scale: the sums there are above its result, by more than its tolerance.
struct PowerOutline {
  /// How far above the least sum an interval is surely without interest: the tolerance of the search, both
  /// as it finds the least and as it prunes, and something for rounding.
  private static let margin = 1 + 4 * LeastPowers.tolerance
  /// The relative gap at which an interval is not split further.
  private static let tolerance = 4e-6
  /// More bounds than any lane needs by far; the outline is given up.
  private static let mostEvaluations = 2000

  private struct Point {
    let scale: Double
    let sums: PowerBounds
    let halfPower: Double
    var slack: Double { sums.most - sums.least }
  }

  private struct Interval {
    let left: Point
    let right: Point
    let chord: ChordBound
    var bound: Double { chord.value }
  }

  /// A lower bound of all sums.
  let least: Double
  /// An upper bound of the least sum.
  let most: Double
  /// The intervals that may have the least sum; the others have sums above ``most``, by the margin.
  private let open: [(from: Double, to: Double)]

  /// Finds the intervals.
  ///
  /// - Parameters:
  ///   - codes: The codes, with real zero at 0.
  ///   - bound: The least sum of another zero point, or more: larger sums are without interest.
  /// - Returns: nil if bounds are not known, or not close enough.
  init?(_ values: PowerValues, codes: ClosedRange<Int>, below bound: Double = .infinity) {
    let largest = max(
      codes.lowerBound < 0 ? -values.range.lower : 0, codes.upperBound > 0 ? values.range.upper : 0)
    let reach = Double(max(-codes.lowerBound, codes.upperBound))
    guard values.hasBounds, largest > 0,
      largest / (4 * reach) * values.unit > 2 * UsableScales.least,
      UsableScales(codes: codes).containsAll(upTo: largest * values.unit)
    else { return nil }
    var (most, excluded, evaluations) = (Double.infinity, Double.infinity, 0)
    func evaluate(_ scale: Double) -> Point? {
      guard let sums = values.bounds(scale: scale, codes: codes) else { return nil }
      evaluations += 1
      most = min(most, sums.most)
      return Point(scale: scale, sums: sums, halfPower: pow(scale / 2, values.power - 2))
    }
    let power = values.power
    func interval(_ left: Point, _ right: Point) -> Interval {
      let curvature =
        power * (power - 1) / 2 * (right.halfPower * left.sums.square + left.sums.beyond)
      return Interval(
        left: left, right: right,
        chord: ChordBound(
          left: left.sums.least, right: right.sums.least, curvature: curvature,
          width: right.scale - left.scale))
    }
    let starts = 6
    let ratio = pow(4 * reach, -1 / Double(starts - 1))
    guard var right = evaluate(largest) else { return nil }
    var stack: [Interval] = []
    for _ in 1..<starts {
      guard let left = evaluate(right.scale * ratio) else { return nil }
      stack.append(interval(left, right))
      right = left
    }
    // All smaller scales clip more.
    let (smallest, clipped) = (right.scale, values.clipped(scale: right.scale, codes: codes))
    stack.sort { $0.bound > $1.bound }
    var leaves: [Interval] = []
    while let next = stack.popLast() {
      guard next.bound < min(most, bound) * Self.margin else {
        excluded = min(excluded, next.bound)
        continue
      }
      // A split does not make the bounds of the sums at both ends closer.
      guard next.bound < most * (1 - Self.tolerance),
        next.chord.bend >= next.left.slack + next.right.slack
      else {
        leaves.append(next)
        continue
      }
      let width = next.right.scale - next.left.scale
      guard evaluations < Self.mostEvaluations,
        let middle = evaluate(next.left.scale + width * min(max(next.chord.share, 0.15), 0.85))
      else { return nil }
      let (lower, upper) = (interval(next.left, middle), interval(middle, next.right))
      // The half with the smaller bound goes last: it is taken next.
      stack += lower.bound < upper.bound ? [upper, lower] : [lower, upper]
    }
    (self.most, least) = (most, leaves.reduce(min(excluded, clipped)) { min($0, $1.bound) })
    let limit = min(most, bound) * Self.margin
    open =
      leaves.filter { $0.bound < limit }.map { ($0.left.scale, $0.right.scale) }
      + (clipped < limit ? [(0, smallest)] : [])
  }

  /// Whether scales below all that were looked at may have the least sum.
  var reachesZero: Bool { open.contains { $0.from == 0 } }

  /// Whether no scale between two scales can have the least sum.
  func excludes(from left: Double, to right: Double) -> Bool {
    open.allSatisfy { $0.to <= left || $0.from >= right }
  }

  /// The zero point with the least sum among those that a search would try: of each direction, the
  /// neighbors of a first one as long as they are better.
  ///
  /// - Parameters:
  ///   - first: The number of codes below zero of the first zero point.
  ///   - steps: The number of steps of the grid.
  ///   - isFixed: Whether only the first zero point is tried.
  /// - Returns: The number of codes below zero, the outline of the zero point, and a lower bound of the
  ///   sums of all zero points that were tried; nil if the bounds do not tell which is better.
  static func best(
    _ values: PowerValues, from first: Int, steps: Int, isFixed: Bool
  ) -> (codesBelow: Int, outline: PowerOutline, least: Double)? {
    func outline(_ codesBelow: Int, _ bound: Double = .infinity) -> PowerOutline? {
      PowerOutline(values, codes: -codesBelow...steps - codesBelow, below: bound)
    }
    guard var best = outline(first) else { return nil }
    var (place, least) = (first, best.least)
    for step in isFixed ? [] : [1, -1] {
      while (0...steps).contains(place + step) {
        guard let next = outline(place + step, best.most) else { return nil }
        least = min(least, next.least)
        if next.least >= best.most * margin { break }
        guard next.most * margin < best.least else { return nil }
        (place, best) = (place + step, next)
      }
    }
    return (place, best, least)
  }
}
