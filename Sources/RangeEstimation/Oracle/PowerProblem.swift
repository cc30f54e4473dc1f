internal import QuantizationCore

/// The sum of a power p >= 2 of the errors of a lane, evaluated value by value.
///
/// On an interval [a, b] of scales a code c has the curvature `p (p-1) c^2 |x - c s|^(p-2)`, and no
/// error exceeds the larger of b/2 and what is clipped at a. So with
/// ```
/// C = p (p-1) / 2 * ((b/2)^(p-2) sum c_a^2 + Q^2 sum (|x| - a Q)+^(p-2))
/// ```
/// f(s) - C s^2 is concave between them, as ``ChordBound`` asks. No scale is known to be the best
/// for its codes, so what is offered is the evaluated scale itself.
struct PowerProblem: FixedZeroProblem {
  let codes: ClosedRange<Int>
  let energy: Double
  let largestScale: Double
  let extremeSquare: Double
  private let values: [Double]
  private let errorPower: ErrorPower
  /// `Q^2 sum |x|^(p-2)`: everything is clipped at scale zero.
  private let beyondAtZero: Double

  /// Takes finite values whose powers are finite, and at least one code beside zero.
  init(_ values: [Double], power: Double, codes: ClosedRange<Int>) {
    self.values = values
    errorPower = ErrorPower(power: power)
    self.codes = codes
    let low = Double(codes.lowerBound)
    let high = Double(codes.upperBound)
    var (energy, largest, square, beyond) = (0.0, 0.0, 0.0, 0.0)
    for value in values {
      let size = abs(value)
      let extreme = value < 0 ? low : high
      let curve = errorPower.curve(of: size)
      energy += curve * size * size
      square += extreme * extreme
      beyond += extreme * extreme * curve
      if extreme != 0 { largest = max(largest, size) }
    }
    (self.energy, largestScale) = (energy, largest)
    (extremeSquare, beyondAtZero) = (square, beyond)
  }

  /// Complexity: O(n).
  func evaluate(at scale: Double) -> ScalePoint {
    let inverse = 1 / scale
    let low = Double(codes.lowerBound)
    let high = Double(codes.upperBound)
    var (cost, square, beyond) = (0.0, 0.0, 0.0)
    for value in values {
      let steps = value * inverse
      let code = min(max(steps, low), high).roundedHalfEven
      let error = abs(value - code * scale)
      let curve = errorPower.curve(of: error)
      cost += curve * error * error
      square += code * code
      if steps < low || steps > high { beyond += code * code * curve }
    }
    return ScalePoint(
      scale: scale, cost: cost, lowest: cost, linear: 0, square: square, squareOfCost: square,
      beyond: beyond)
  }

  var pointAtZero: ScalePoint {
    ScalePoint(
      scale: 0, cost: energy, lowest: energy, linear: 0, square: extremeSquare,
      squareOfCost: extremeSquare, beyond: beyondAtZero)
  }

  func curvature(from left: ScalePoint, to right: ScalePoint) -> Double {
    let rounding = errorPower.curve(of: right.scale / 2) * left.square
    return errorPower.power * (errorPower.power - 1) / 2 * (rounding + left.beyond)
  }

  func isOnePiece(_ left: ScalePoint, _ right: ScalePoint) -> Bool { false }

  func offer(from point: ScalePoint) -> (scale: Double, cost: Double)? { (point.scale, point.cost) }
}
