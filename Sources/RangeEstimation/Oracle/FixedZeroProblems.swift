internal import QuantizationCore
internal import QuantizationKernels

/// A short lane, whose error is computed value by value.
///
/// - Complexity: O(n) for each scale, vectorized.
struct DirectProblem: FixedZeroProblem {
  let codes: ClosedRange<Int>
  let energy: Double
  let largestScale: Double
  let extremeSquare: Double
  private let values: [Double]

  init(_ values: [Double], range: ClippingRange, energy: Double, codes: ClosedRange<Int>) {
    self.values = values
    self.energy = energy
    self.codes = codes
    largestScale = max(
      codes.lowerBound < 0 ? -range.lower : 0, codes.upperBound > 0 ? range.upper : 0)
    let most = Double(max(-codes.lowerBound, codes.upperBound))
    // An upper bound is enough, so the sign of each value does not matter.
    extremeSquare = Double(values.count) * most * most
  }

  func evaluate(at scale: Double) -> ScalePoint {
    ScalePoint(
      scale: scale, Kernels.scaleSums(of: values.span, scale: scale, codes: codes), energy: energy)
  }
}

/// A lane and a number format whose levels are a table.
///
/// Its error is computed from tail sums.
///
/// - Complexity: O(levels log n) for each scale.
struct LadderProblem: FixedZeroProblem {
  let energy: Double
  let largestScale: Double
  let extremeSquare: Double
  let usable: UsableScales
  private let tails: SidedTails
  private let ladder: LevelLadder

  init(_ tails: SidedTails, ladder: LevelLadder) {
    (self.tails, self.ladder) = (tails, ladder)
    energy = tails.energy
    usable = UsableScales(ladder)
    largestScale = tails.sides(ladder).reduce(0) { max($0, $1.tails.maximum / $1.side.innermost) }
    extremeSquare = tails.sides(ladder).reduce(0) {
      $0 + $1.tails.mass * $1.side.outermost * $1.side.outermost
    }
  }

  var codes: ClosedRange<Int> { 0...0 }
  var reach: Double { ladder.outermost / ladder.innermost }

  func usable(of point: ScalePoint) -> UsableScales { usable }

  func evaluate(at scale: Double) -> ScalePoint {
    ScalePoint(
      scale: scale, tails.parabola(scale: scale, ladder: ladder), energy: energy,
      slack: tails.slack(scale: scale, ladder: ladder))
  }
}

/// A lane whose error is computed from tail sums, because it is long, weighted or known in bins
/// only.
///
/// The error of bins is known between two bounds.
///
/// - Complexity: O(codes log n) for each scale; of bins, O(codes).
struct TailProblem: FixedZeroProblem {
  let codes: ClosedRange<Int>
  let energy: Double
  let largestScale: Double
  let extremeSquare: Double
  private let tails: SidedTails

  init(_ tails: SidedTails, codes: ClosedRange<Int>) {
    self.tails = tails
    self.codes = codes
    energy = tails.energy
    largestScale = tails.largestMagnitude(reachedBy: codes)
    extremeSquare = tails.extremeSquare(codes)
  }

  func evaluate(at scale: Double) -> ScalePoint {
    ScalePoint(
      scale: scale, tails.parabola(scale: scale, codes: codes), energy: energy,
      slack: tails.slack(scale: scale, codes: codes))
  }
}
