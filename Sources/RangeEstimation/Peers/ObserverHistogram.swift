/// PyTorch's histogram between running extremes, re-binned when they move.
///
/// A batch within the range is added. A batch beyond it is counted over the new range, and each bin
/// of the old histogram is cut in 16 parts of equal count, which fall into the new bin that their
/// midpoints lie in. A histogram of a single value falls into the bin of that value.
struct ObserverHistogram {
  private static let parts = 16

  /// The counts of the bins; fractions after re-binning.
  private(set) var counts: [Float]
  /// The range of the bins.
  private(set) var lower: Float
  /// Where it ends.
  private(set) var upper: Float

  /// Counts batch by batch; there is at least one.
  init(_ batches: [ArraySlice<Float>], bins: Int) {
    (lower, upper) = batches[0].extremes
    counts = Self.counted(batches[0], bins, lower, upper)
    for batch in batches.dropFirst() {
      let (least, most) = batch.extremes
      let (newLower, newUpper) = (min(lower, least), max(upper, most))
      let added = Self.counted(batch, bins, newLower, newUpper)
      if newLower != lower || newUpper != upper { rebin(newLower, newUpper) }
      for index in counts.indices { counts[index] += added[index] }
    }
  }

  private static func counted(
    _ values: ArraySlice<Float>, _ bins: Int, _ lower: Float, _ upper: Float
  ) -> [Float] {
    TorchBinning.counts(of: values, bins: bins, lower: lower, upper: upper).map(Float.init)
  }

  private mutating func rebin(_ newLower: Float, _ newUpper: Float) {
    let bins = counts.count
    if lower == upper {
      let total = Float(counts.reduce(0.0) { $0 + Double($1) })
      counts = Self.counted([lower], bins, newLower, newUpper).map { $0 * total }
    } else {
      let fine = bins * Self.parts
      let (part, bin) = ((upper - lower) / Float(fine), (newUpper - newLower) / Float(bins))
      var moved = [Double](repeating: 0, count: bins)
      var place = 0
      for index in 0..<fine {
        let midpoint = Self.edge(index, of: fine, lower, upper, step: part) + 0.5 * part
        while place < bins - 1,
          Self.edge(place + 1, of: bins, newLower, newUpper, step: bin) <= midpoint
        { place += 1 }
        moved[place] += Double(counts[index / Self.parts] / Float(Self.parts))
      }
      counts = moved.map(Float.init)
    }
    (lower, upper) = (newLower, newUpper)
  }

  /// A point of `torch.linspace`, which counts from the nearer end.
  private static func edge(
    _ index: Int, of count: Int, _ lower: Float, _ upper: Float, step: Float
  ) -> Float {
    2 * index < count + 1 ? lower + step * Float(index) : upper - step * Float(count - index)
  }
}
