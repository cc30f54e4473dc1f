internal import CGSL

/// The ranks of a sample, 1 for the least; equals share the mean of their ranks.
public struct Ranks: Equatable, Sendable {
  /// The rank of each value, in the order of the sample.
  public let values: [Double]

  /// How many values each group of equals has; groups of one are left out.
  public let tieSizes: [Int]

  /// Ranks a sample, which must not hold NaN.
  public init(_ sample: [Double]) {
    var order = [Int](repeating: 0, count: sample.count)
    gsl_sort_index(&order, sample, 1, sample.count)
    var ranks = [Double](repeating: 0, count: sample.count)
    var ties: [Int] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count && sample[order[end]] == sample[order[start]] { end += 1 }
      // Places start + 1 ... end have this mean.
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      if end - start > 1 { ties.append(end - start) }
      start = end
    }
    values = ranks
    tieSizes = ties
  }

  /// The sum of `t^3 - t` over groups of `t` equals: what ties take from a variance of ranks.
  var tieTerm: Double {
    tieSizes.reduce(0) { $0 + Double($1) * (Double($1) * Double($1) - 1) }
  }
}
