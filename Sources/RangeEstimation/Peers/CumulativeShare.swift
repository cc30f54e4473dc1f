/// The running sums of the shares of a histogram, with the rounding of the libraries that add them.
struct CumulativeShare {
  private let sums: [Double]

  /// Divides each count by the total, then adds up from the left.
  init(of counts: [Double]) {
    let total = counts.reduce(0, +)
    var sum = 0.0
    sums = counts.map {
      sum += $0 / total
      return sum
    }
  }

  /// The first bin up to which the share is at least `share`; the number of bins, and so the last
  /// edge, where rounding keeps the sum below it.
  func firstBin(reaching share: Double) -> Int {
    partitionPoint(0..<sums.count) { sums[$0] >= share }
  }
}
