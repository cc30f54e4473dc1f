/// The squared error of quantizing the centres of a histogram, for any threshold in O(codes) or
/// O(bins), whichever is less.
///
/// With S_0, S_1, S_2 the sums of h, h c and h c^2, step s = threshold / m, and k_q the first bin
/// whose centre rounds to code q or more:
/// ```
/// sum h (q s - c)^2 = S_2 - 2 s sum_q (S_1[B] - S_1[k_q]) + s^2 sum_q (2q-1) (S_0[B] - S_0[k_q])
/// ```
/// over q = 1...m. A centre half way between two codes has the same error at either. With more
/// codes than bins, the bins are visited instead.
struct CentreError {
  private let counts: [Double]
  private let first: Double
  private let width: Double
  private let largestCode: Int
  private let mass: [Double]
  private let moment: [Double]
  private let square: Double
  /// The number of centres.
  let count: Int

  init(_ histogram: GrowingHistogram, largestCode: Int) {
    counts = histogram.counts
    count = counts.count
    let lower = histogram.edges[0]
    let width = (histogram.edges[count] - lower) / Double(count)
    self.width = width
    self.largestCode = largestCode
    first = lower + width / 2
    var (mass, moment, square) = ([0.0], [0.0], 0.0)
    for (index, bin) in counts.enumerated() {
      let centre = lower + (Double(index) + 0.5) * width
      mass.append(mass[index] + bin)
      moment.append(moment[index] + bin * centre)
      square += bin * centre * centre
    }
    (self.mass, self.moment, self.square) = (mass, moment, square)
  }

  /// The centre of a bin.
  func centre(_ index: Int) -> Double { first + Double(index) * width }

  /// Whether the squared distance from a bin's centre to the last can be held in Float32.
  func fitsFloat(from index: Int) -> Bool {
    let distance = Float(centre(count - 1) - centre(index))
    return (distance * distance).isFinite
  }

  /// The sum of squared errors with a centre as threshold.
  func squaredError(threshold index: Int) -> Double {
    let threshold = centre(index)
    // The library takes such a threshold for zero.
    guard threshold > 0x1p-24 else { return square }
    let step = threshold / Double(largestCode)
    return largestCode < count ? errorByCodes(step) : errorByBins(step)
  }

  private func errorByBins(_ step: Double) -> Double {
    var sum = 0.0
    for (index, bin) in counts.enumerated() where bin > 0 {
      let value = centre(index)
      let code = min((value / step).rounded(.toNearestOrEven), Double(largestCode))
      sum += bin * (code * step - value) * (code * step - value)
    }
    return sum
  }

  private func errorByCodes(_ step: Double) -> Double {
    let (perBin, offset) = (step / width, first / width)
    var (momentSum, massSum) = (0.0, 0.0)
    for code in 1...largestCode {
      let bin = ((Double(code) - 0.5) * perBin - offset).rounded(.up)
      let place = min(max(Int(bin), 0), count)
      momentSum += moment[count] - moment[place]
      massSum += Double(2 * code - 1) * (mass[count] - mass[place])
    }
    return square - 2 * step * momentSum + step * step * massSum
  }
}
