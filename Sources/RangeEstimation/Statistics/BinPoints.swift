internal import QuantizationCore
internal import QuantizationKernels

/// A moment table as values with weights, for rules that look at each value.
///
/// A bin becomes two points, one standard deviation below and above its mean, each with half of its
/// values: their number, their sum and their sum of squares are those of the bin. A bin of equal values
/// becomes one point. So sums of a smooth function of the values are right to the third order in the
/// width of a bin, which is 2^-11 of its values.
struct BinPoints: Sendable {
  /// The points, none beyond the extrema of the values.
  private(set) var values: [Double] = []
  /// How many values each stands for; the sum is the number of all.
  private(set) var weights: [Double] = []

  /// Takes the bins of a table.
  ///
  /// - Parameter range: From the smallest to the largest value, widened to zero.
  init(_ table: MomentTable, range: ClippingRange) {
    for (isBelow, most) in [(true, -range.lower), (false, range.upper)] {
      for bin in table.bins(belowZero: isBelow, upTo: most) {
        add(bin, isBelow ? -1 : 1, most)
      }
    }
  }

  private mutating func add(_ bin: MomentTable.Bin, _ sign: Double, _ most: Double) {
    let count = Double(bin.count)
    let deviation = (bin.squaredDeviation / count).squareRoot()
    guard deviation > 0 else { return append(sign * bin.mean, count) }
    append(sign * (bin.mean - deviation), count / 2)
    append(sign * min(bin.mean + deviation, most), count / 2)
  }

  private mutating func append(_ value: Double, _ weight: Double) {
    values.append(value)
    weights.append(weight)
  }
}
