internal import CStandardLibrary

/// Sums over runs of bins, each in O(1), and the sum of (c - e) log(c - e) for any small e.
///
/// That sum is expanded in e < 0.01 to fourth order:
/// ```
/// sum c log c - e sum (log c + 1) + e^2/2 sum 1/c + e^3/6 sum 1/c^2 + e^4/12 sum 1/c^3
/// ```
/// Greater e means that hardly any bin has a count; those few are visited.
struct SmoothedSums: Sendable {
  /// Prefix sums of c log c, log c, and 1/2c, 1/6c^2, 1/12c^3.
  private struct Terms {
    var logMass = 0.0
    var logs = 0.0
    var powers = SIMD4<Double>.zero
  }

  /// What is less than this is expanded in.
  private static let mostExpanded = 0.01

  private let counts: [Double]
  private let filledBins: [Int]
  private let masses: [Double]
  private let filled: [Int32]
  private let sums: [Terms]

  init(_ counts: [Double]) {
    self.counts = counts
    filledBins = counts.indices.filter { counts[$0] > 0 }
    var (masses, filled, sums) = ([0.0], [Int32(0)], [Terms()])
    masses.reserveCapacity(counts.count + 1)
    filled.reserveCapacity(counts.count + 1)
    sums.reserveCapacity(counts.count + 1)
    var sum = Terms()
    for (index, count) in counts.enumerated() {
      if count > 0 {
        let (logarithm, inverse) = (log(count), 1 / count)
        sum.logMass += count * logarithm
        sum.logs += logarithm
        sum.powers += SIMD4(1 / 2, inverse / 6, inverse * inverse / 12, 0) * inverse
      }
      masses.append(masses[index] + count)
      filled.append(filled[index] + (count > 0 ? 1 : 0))
      sums.append(sum)
    }
    (self.masses, self.filled, self.sums) = (masses, filled, sums)
  }

  /// The sum of counts.
  func mass(_ from: Int, _ to: Int) -> Double { masses[to] - masses[from] }

  /// The number of bins with a count.
  func filled(_ from: Int, _ to: Int) -> Int { Int(filled[to] - filled[from]) }

  /// The sum of (c - e) log(c - e) over bins with a count.
  func entropySum(_ from: Int, _ to: Int, less e: Double) -> Double {
    guard from < to else { return 0 }
    let (low, high) = (sums[from], sums[to])
    guard e < Self.mostExpanded else {
      // Nearly all of those few bins have a count of one.
      let one = Self.term(1, less: e)
      return filledBins[Int(filled[from])..<Int(filled[to])].reduce(0) { sum, bin in
        sum + (counts[bin] == 1 ? one : Self.term(counts[bin], less: e))
      }
    }
    let powers = high.powers - low.powers
    return high.logMass - low.logMass
      - e * (high.logs - low.logs + Double(filled(from, to)))
      + e * e * (powers.x + e * (powers.y + e * powers.z))
  }

  /// (c - e) log(c - e), nothing for an empty bin.
  static func term(_ count: Double, less e: Double) -> Double {
    count > 0 ? (count - e) * log(count - e) : 0
  }
}
