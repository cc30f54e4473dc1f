internal import Foundation

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
}
