internal import CStandardLibrary

/// What any group of bins adds to a cross-entropy, looked up by what it holds.
///
/// A group with the sum S over z bins that are not empty adds `S (log N - log(S / z))`. A short lane
/// has few such pairs, and each occurs in thousands of windows: so a group costs two loads and no
/// logarithm. The bits are those of the formula.
struct GroupTerms {
  /// More pairs than this take longer to prepare than they save.
  private static let most = 1 << 14

  /// For the first k bins, z and S - z as one number: differences of two are places in the table.
  private let places: [Int32]
  private let terms: [Double]
  /// The bins that are not empty.
  private let bins: [Double]

  /// Prepares the groups of a histogram of whole counts; nothing where there are too many pairs.
  ///
  /// - Parameters:
  ///   - mass: The sums of the first k counts.
  ///   - filled: The numbers of bins among them that are not empty.
  init?(mass: [Double], filled: [Double]) {
    guard let total = mass.last, let bins = filled.last, total <= Double(Self.most),
      (bins + 1) * (total - bins + 1) <= Double(Self.most)
    else { return nil }
    let columns = Int(total - bins) + 1
    places = zip(mass, filled).map { Int32(Int($1) * columns + Int($0 - $1)) }
    self.bins = zip(filled.indices, zip(filled, filled.dropFirst()))
      .filter { $1.0 < $1.1 }.map { Double($0.0) }
    let logTotal = log(total)
    terms = (0...Int(bins)).flatMap { bins in
      (0..<columns).map { bins > 0 ? Self.term(Double(bins + $0), Double(bins), logTotal) : 0 }
    }
  }

  /// `S (log N - log(S / z))` of a group that is not empty.
  @inline(__always)
  static func term(_ sum: Double, _ bins: Double, _ logTotal: Double) -> Double {
    // Most groups of a short lane have one value in each filled bin: log 1 needs no function.
    sum * (logTotal - (sum != bins ? log(sum / bins) : 0))
  }

  /// The term of the bins from one on up to another; 0 where all of them are empty.
  @inline(__always)
  func callAsFunction(_ from: Int, _ to: Int) -> Double {
    terms[Int(places[to] &- places[from])]
  }

  /// Whether so many groups are empty that it pays to look for the others.
  func areMostEmpty(of groups: Int) -> Bool { 2 * bins.count <= groups }

  /// The sum of the terms of a window's groups, the outermost reaching to the ends of the histogram,
  /// from the bins that are not empty: in the same order, less the zeros.
  ///
  /// Bin o of the c in a window lies in group `floor(o groups / c)`. A half is added to the product, so
  /// that no quotient is near a whole number, and the floor is taken by an addition that leaves no
  /// room for a fraction.
  func sum(over window: Range<Int>, groups: Int) -> Double {
    let whole = 6755399441055744.0
    let (start, inverse) = (Double(window.lowerBound), 1 / Double(window.count))
    let (perBin, shift) = (Double(groups) * inverse, inverse / 2 - 0.5)
    let last = Double(groups - 1) + whole
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: bins.count + 1) { starts in
      var (count, group) = (0, -1.0)
      for bin in bins {
        let own = min(max(bin - start, 0) * perBin + shift + whole, last)
        // Written for each bin, and kept for the first of a group.
        starts[count] = places[Int(bin)]
        count += own != group ? 1 : 0
        group = own
      }
      guard count > 0 else { return 0 }
      var sum = 0.0
      starts[count] = places[places.count - 1]
      for index in 0..<count { sum += terms[Int(starts[index + 1] &- starts[index])] }
      return sum
    }
  }
}
