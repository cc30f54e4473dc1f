internal import Foundation
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
    // At so small a scale every value is clipped to zero, up to rounding.
    let sums = values.sums(scale: 0x1p-900, codes: codes)
    pointAtZero = ScalePoint(scale: 0, sums, halfPower: 0)
    largestScale = max(
      codes.lowerBound < 0 ? -values.range.lower : 0, codes.upperBound > 0 ? values.range.upper : 0)
  }

  var energy: Double { pointAtZero.cost }
  var extremeSquare: Double { pointAtZero.square }
  var unit: Double { values.unit }

  /// Complexity: O(n).
  func evaluate(at scale: Double) -> ScalePoint {
    // The power of half the scale is stored, because a point is the end of two or more intervals.
    ScalePoint(
      scale: scale, values.sums(scale: scale, codes: codes),
      halfPower: pow(scale / 2, values.power - 2))
  }

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
