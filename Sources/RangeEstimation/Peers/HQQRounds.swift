internal import QuantizationCore

/// The rounds of hqq on ascending values, from sums that are known between two values of any rank.
///
/// As long as no error is so large that the half-quadratic step keeps a part of it, a round needs how
/// many values have each code, and the sums of those below and above each level. All numbers are bounded on both
/// sides, by more than what the additions of a loop over the values round: where the bounds leave two
/// answers, there is none, and the loop decides.
struct HQQRounds {
  /// The number of values between two of the sums that are held.
  private static let stride = 64
  /// Lanes for which a loop over the values takes no time.
  static let leastCount = 1 << 14
  /// Twice the largest relative error of an addition.
  private static let rounding = 0x1p-52

  private let values: [Float]
  private let inverse: Double
  private let last: Double
  /// The sum of the values before each block of ``stride``.
  private let sums: [Double]
  /// The largest magnitude of a value in steps.
  private let reach: Double

  /// Takes the values.
  ///
  /// - Parameters:
  ///   - values: The values in ascending order.
  ///   - inverse: One over the scale.
  ///   - last: The largest code.
  init(_ values: [Float], inverse: Double, last: Double) {
    (self.values, self.inverse, self.last) = (values, inverse, last)
    var sums: [Double] = []
    sums.reserveCapacity(values.count / Self.stride + 1)
    var sum = 0.0
    for start in Swift.stride(from: 0, through: values.count, by: Self.stride) {
      sums.append(sum)
      let end = min(start + Self.stride, values.count)
      sum += values[start..<end].reduce(0) { $0 + Double($1) }
    }
    self.sums = sums
    reach = max(abs(Double(values.first ?? 0)), abs(Double(values.last ?? 0))) * inverse
  }

  /// The zero point after some rounds, rounded and limited to the codes; nil if the bounds do not tell it.
  ///
  /// - Parameters:
  ///   - zero: The zero point to begin with.
  ///   - most: The largest number of rounds.
  ///   - thresholds: The magnitude up to which errors keep nothing, round after round.
  func zeroPoint(from zero: Double, rounds most: Int, thresholds: [Double]) -> Double? {
    var zero = zero...zero
    var least = Double.infinity...Double.infinity
    var answer: Double?
    /// Whether the rounds may end here: with one answer, that of all other ends.
    func mayEnd() -> Bool {
      let ends = [zero.lowerBound, zero.upperBound].map {
        min(max($0.rounded(.toNearestOrEven), 0), last)
      }
      guard ends[0] == ends[1], answer ?? ends[0] == ends[0] else { return false }
      answer = ends[0]
      return true
    }
    for round in 0..<most {
      guard let found = improved(zero, threshold: thresholds[round]) else { return nil }
      zero = found.zero
      if found.error.upperBound >= least.lowerBound {
        guard mayEnd() else { return nil }
        if found.error.lowerBound >= least.upperBound { return answer }
      }
      least = found.error.lowerBound...min(found.error.upperBound, least.upperBound)
    }
    return mayEnd() ? answer : nil
  }

  /// Bounds of the next zero point and of the mean error in steps, from bounds of a zero point; nil if
  /// an error may be above a threshold.
  private func improved(
    _ zero: ClosedRange<Double>, threshold: Double
  ) -> (zero: ClosedRange<Double>, error: ClosedRange<Double>)? {
    let count = Double(values.count)
    let farthest = max(
      0.5, -(Double(values[0]) * inverse + zero.lowerBound),
      Double(values[values.count - 1]) * inverse + zero.upperBound - last)
    let largest = max(abs(zero.lowerBound), abs(zero.upperBound)) + reach + last
    guard farthest + largest * 1e-12 <= threshold * inverse else { return nil }
    // Each addition of the loop and of the sums here rounds by a share of what was added up so far.
    let own = (count / Double(Self.stride) + Double(Self.stride) * 4 * (last + 2)) * largest
    let rounding = Self.rounding * (own + 8 * largest)
    let drift = rounding + Self.rounding * count * (largest + farthest)
    // A larger zero point has no smaller code.
    let (low, high) = (sums(at: zero.lowerBound), sums(at: zero.upperBound))
    let width = zero.upperBound - zero.lowerBound + rounding + Self.rounding * count * farthest
    return (
      low.total / count - drift...high.total / count + drift,
      low.error / count - width...low.error / count + width
    )
  }

  /// The sums of `q - x S` and of `|x S + z - q|` over the values.
  ///
  /// Complexity: O(codes log n).
  private func sums(at zero: Double) -> (total: Double, error: Double) {
    var (total, error) = (-inverse * sum(below: values.count), 0.0)
    var start = 0
    for code in 0...Int(last) where start < values.count {
      let next = Double(code) + 1
      let end =
        Double(code) == last
        ? values.count
        : partitionPoint(start..<values.count) {
          // As the loop rounds.
          min(max(Double(values[$0]) * inverse + zero, 0), last).roundedHalfEven >= next
        }
      guard end > start else { continue }
      let level = Double(code) - zero
      let middle = partitionPoint(start..<end) { Double(values[$0]) * inverse >= level }
      let (from, half, to) = (sum(below: start), sum(below: middle), sum(below: end))
      total += Double(code) * Double(end - start)
      error += inverse * ((to - half) - (half - from))
      error -= level * Double((end - middle) - (middle - start))
      start = end
    }
    return (total, error)
  }

  private func sum(below index: Int) -> Double {
    let block = index / Self.stride
    return values[block * Self.stride..<index].reduce(sums[block]) { $0 + Double($1) }
  }
}
