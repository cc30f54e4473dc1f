internal import CStandardLibrary
internal import QuantizationCore
internal import QuantizationKernels

/// The sum f(s) of a power p >= 2 of the errors of a lane at scale s, computed value by value.
///
/// With codes c held, the second derivative of the error of a value x is `p (p-1) c^2 |x - c s|^(p-2)`.
/// On an interval [a, b] of scales, an error is at most b/2 if x is rounded, and at most its clipping
/// error at a otherwise. So with the codes c_a at scale a, the outermost code Q and
/// ```
/// C = p (p-1) / 2 * ((b/2)^(p-2) sum c_a^2 + Q^2 sum (|x| - a Q)+^(p-2))
/// ```
/// f(s) - C s^2 is concave on the interval, as ``ChordBound`` requires. The best scale for given codes
/// has no formula, so ``offer(from:)`` returns the evaluated scale.
struct PowerProblem: FixedZeroProblem {
  let codes: ClosedRange<Int>
  let pointAtZero: ScalePoint
  let largestScale: Double
  private let values: PowerValues
  private let skipsHopeless: Bool
  private let outline: PowerOutline?

  /// Takes the codes, with real zero at 0.
  ///
  /// - Parameters:
  ///   - skipsHopeless: Whether ``hopelessScale(above:)`` excludes scales.
  ///   - outline: Which scales ``excludes(from:to:)`` excludes; nil for none.
  init(
    _ values: PowerValues, codes: ClosedRange<Int>, skipsHopeless: Bool,
    outline: PowerOutline? = nil
  ) {
    self.values = values
    self.skipsHopeless = skipsHopeless
    self.outline = outline
    self.codes = codes
    if let outline, !outline.reachesZero, let energy = values.energy {
      // No interval from zero on is searched, so nothing is asked of its curvature.
      pointAtZero = ScalePoint(
        scale: 0, PowerSums(cost: energy, square: .infinity, beyond: .infinity), halfPower: 0)
    } else {
      // At so small a scale every value is clipped to zero, up to rounding.
      let sums = values.sums(scale: PowerValues.nearZero, codes: codes)
      pointAtZero = ScalePoint(scale: 0, sums, halfPower: 0)
    }
    largestScale = max(
      codes.lowerBound < 0 ? -values.range.lower : 0, codes.upperBound > 0 ? values.range.upper : 0)
  }

  var energy: Double { pointAtZero.cost }
  var extremeSquare: Double { pointAtZero.square }
  var unit: Double { values.unit }

  /// Complexity: O(n).
  func evaluate(at scale: Double) -> ScalePoint {
    ScalePoint(
      scale: scale, values.sums(scale: scale, codes: codes), halfPower: halfPower(scale))
  }

  func bounds(at scale: Double, detail: Int) -> (least: ScalePoint, most: ScalePoint)? {
    guard skipsHopeless,
      let bounds = values.bounds(scale: scale, codes: codes, detail: detail)
    else { return nil }
    func point(_ cost: Double) -> ScalePoint {
      ScalePoint(
        scale: scale, PowerSums(cost: cost, square: bounds.square, beyond: bounds.beyond),
        halfPower: halfPower(scale))
    }
    return (point(bounds.least), point(bounds.most))
  }

  /// Stored in a point, because it is the end of two or more intervals.
  private func halfPower(_ scale: Double) -> Double { pow(scale / 2, values.power - 2) }

  func curvature(from left: ScalePoint, to right: ScalePoint) -> Double {
    let power = values.power
    let rounding = right.halfPower * left.square
    return power * (power - 1) / 2 * (rounding + left.beyond)
  }

  func hopelessScale(above cost: Double) -> Double {
    skipsHopeless ? values.hopelessScale(codes: codes, above: cost) : 0
  }

  func excludes(from left: Double, to right: Double) -> Bool {
    outline?.excludes(from: left, to: right) ?? false
  }

  func isOnePiece(_ left: ScalePoint, _ right: ScalePoint) -> Bool { false }

  func offer(from point: ScalePoint) -> (scale: Double, cost: Double)? {
    UsableScales(codes: codes).contains(point.scale * unit) ? (point.scale, point.cost) : nil
  }
}

extension ScalePoint {
  fileprivate init(scale: Double, _ sums: PowerSums, halfPower: Double) {
    self.init(
      scale: scale, cost: sums.cost, lowest: sums.cost, linear: 0, square: sums.square,
      squareOfCost: sums.square, beyond: sums.beyond, halfPower: halfPower)
  }
}
