/// PyTorch's search for a range of bins: shrinks from either side, a quantile step at a time, and
/// stops at the first increase of a modelled error.
///
/// The model: counts lie evenly inside bins, the range is cut in D cells, every value moves to the
/// centre of its cell or of the outermost one. With r, l the ends of a bin relative to the centres
/// of their cells, d the width of a cell and F(t) = t^3 / 3:
/// ```
/// density (F(d/2) - F(l) + (cells between) 2 F(d/2) + F(r) + F(d/2))
/// ```
struct ObserverSearch {
  private static let step = 1e-5

  private let histogram: ObserverHistogram
  private let cells: Int
  private let width: Double
  private let total: Double
  private let sums: [Float]

  /// Prepares the search with D = `cells`.
  init(_ histogram: ObserverHistogram, cells: Int) {
    self.histogram = histogram
    self.cells = cells
    width = (Double(histogram.upper) - Double(histogram.lower)) / Double(histogram.counts.count)
    var sum = 0.0
    sums = histogram.counts.map {
      sum += Double($0)
      return Float(sum)
    }
    total = Double(Float(sum))
  }

  /// The range that is found.
  func range() -> (lower: Float, upper: Float) {
    let bins = bestBins()
    let width = (histogram.upper - histogram.lower) / Float(histogram.counts.count)
    return (
      histogram.lower + width * Float(bins.lowerBound),
      histogram.lower + width * Float(bins.upperBound + 1)
    )
  }

  private func bestBins() -> ClosedRange<Int> {
    var (alpha, beta) = (0.0, 1.0)
    var (start, end) = (0, histogram.counts.count - 1)
    var least = Float.infinity
    while alpha < beta {
      let (low, high) = (Float((alpha + Self.step) * total), Float((beta - Self.step) * total))
      var (left, right) = (start, end)
      while left < end && sums[left] < low { left += 1 }
      while right > start && sums[right] > high { right -= 1 }
      var (nextStart, nextEnd) = (start, end)
      if left - start > end - right {
        (nextStart, alpha) = (left, alpha + Self.step)
      } else {
        (nextEnd, beta) = (right, beta - Self.step)
      }
      if nextStart == start && nextEnd == end { continue }
      let error = error(from: nextStart, to: nextEnd)
      if error > least { break }
      (least, start, end) = (error, nextStart, nextEnd)
    }
    return start...end
  }

  /// The modelled error of a range of bins, in Float32 as the library computes it.
  private func error(from start: Int, to end: Int) -> Float {
    let cell = width * Double(end - start + 1) / Double(cells)
    guard cell != 0 else { return 0 }
    let (binWidth, cellWidth, half) = (Float(width), Float(cell), Float(cell / 2))
    let last = Float(cells - 1)
    let whole = Self.cube(half) - Self.cube(-half)
    var sum = 0.0
    for (index, count) in histogram.counts.enumerated() where count != 0 {
      let begin = Float(index - start) * binWidth
      let finish = begin + binWidth
      let first = Self.clamp((begin / cellWidth).rounded(.down), last)
      let final = Self.clamp((finish / cellWidth).rounded(.down), last)
      let density = count / binWidth
      var norm = density * (Self.cube(half) - Self.cube(begin - (first + 0.5) * cellWidth))
      norm += (final - first - 1) * (density * whole)
      norm += density * (Self.cube(finish - (final * cellWidth + half)) - Self.cube(-half))
      sum += Double(norm)
    }
    return Float(sum)
  }

  private static func clamp(_ place: Float, _ last: Float) -> Float { min(max(place, 0), last) }

  private static func cube(_ x: Float) -> Float { x * x * x / 3 }
}
