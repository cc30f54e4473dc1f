internal import QuantizationCore
internal import QuantizationKernels

/// A short lane, evaluated value by value: O(n) for each scale, vectorized.
struct DirectProblem: FixedZeroProblem {
  let codes: ClosedRange<Int>
  let energy: Double
  let largestScale: Double
  let extremeSquare: Double
  private let values: [Double]

  init(_ sample: SampleStatistics, codes: ClosedRange<Int>) {
    self.codes = codes
    values = sample.values.map { Double($0) }
    energy = sample.energy
    largestScale = sample.largestMagnitude(reachedBy: codes)
    extremeSquare = sample.extremeSquare(codes)
  }

  func sums(at scale: Double) -> ScaleSums {
    Kernels.scaleSums(of: values.span, scale: scale, codes: codes)
  }
}

/// A long lane, evaluated from tails of its sorted magnitudes: O(codes log n) for each scale.
///
/// With `T_j = { y >= (j - 1/2) s }` on either side, `sum c x = sum_j sum_{T_j} y` and
/// `sum c^2 = sum_j (2j - 1) |T_j|`.
struct SortedProblem: FixedZeroProblem {
  let codes: ClosedRange<Int>
  let energy: Double
  let largestScale: Double
  let extremeSquare: Double
  private let below: TailSums
  private let above: TailSums

  init(_ sample: SampleStatistics, codes: ClosedRange<Int>) {
    self.codes = codes
    (below, above) = (sample.below, sample.above)
    energy = sample.energy
    largestScale = sample.largestMagnitude(reachedBy: codes)
    extremeSquare = sample.extremeSquare(codes)
  }

  func sums(at scale: Double) -> ScaleSums {
    var (linear, square) = (0.0, 0.0)
    for (tails, limit) in [(below, -codes.lowerBound), (above, codes.upperBound)] {
      tails.forEachTail(scale: scale, codes: limit) { code, count, sum in
        linear += sum
        square += Double(2 * code - 1) * Double(count)
      }
    }
    let cost = max(0, energy - 2 * scale * linear + scale * scale * square)
    return ScaleSums(cost: cost, linear: linear, square: square)
  }
}

extension SampleStatistics {
  /// The largest magnitude on a side that has codes.
  func largestMagnitude(reachedBy codes: ClosedRange<Int>) -> Double {
    max(codes.lowerBound < 0 ? below.maximum : 0, codes.upperBound > 0 ? above.maximum : 0)
  }

  /// The sum of squared codes when every value has the extreme code of its sign.
  func extremeSquare(_ codes: ClosedRange<Int>) -> Double {
    Double(below.count) * Double(codes.lowerBound * codes.lowerBound)
      + Double(above.count) * Double(codes.upperBound * codes.upperBound)
  }
}
