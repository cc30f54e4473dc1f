package import QuantizationCore

/// The magnitudes of the values of one sign, ascending, with the count and the sum of every tail.
///
/// A tail is the set of the magnitudes that are at least a threshold; it is found in O(log n).
///
/// Three kinds of storage are possible. All magnitudes are known (``SortedMagnitudes``), all are known
/// and each has a weight (``WeightedMagnitudes``), or only bins of them are known
/// (``BinnedMagnitudes``). The magnitudes of a bin all count with their mean;
/// ``forEachCut(scale:codes:_:)`` bounds the error of that.
package struct TailSums: Sendable {
  private enum Storage: Sendable {
    case values(SortedMagnitudes)
    case weighted(WeightedMagnitudes)
    case bins(BinnedMagnitudes)
  }

  private let storage: Storage
  /// The number of magnitudes.
  package let count: Int
  /// The sum of the weights of the magnitudes; their number, if they have none.
  package let mass: Double
  /// The largest magnitude; 0 without any.
  package let maximum: Double
  /// The (weighted) sum of all magnitudes.
  package let sum: Double
  /// The (weighted) sum of the squares of all magnitudes.
  package let sumOfSquares: Double

  /// The tails of known magnitudes.
  init(_ values: SortedMagnitudes) {
    storage = .values(values)
    (count, maximum) = (values.count, values.count == 0 ? 0 : values[values.count - 1])
    mass = Double(count)
    (sum, sumOfSquares) = (values.sum, values.sumOfSquares)
  }

  /// The tails of weighted magnitudes.
  init(_ values: WeightedMagnitudes) {
    storage = .weighted(values)
    (count, maximum) = (values.count, values.count == 0 ? 0 : values[values.count - 1])
    (mass, sum, sumOfSquares) = (values.mass, values.sum, values.sumOfSquares)
  }

  /// The tails of binned magnitudes.
  ///
  /// - Parameter maximum: The largest magnitude.
  init(_ bins: BinnedMagnitudes, maximum: Double) {
    storage = .bins(bins)
    self.maximum = maximum
    (count, sum, sumOfSquares) = (bins.count, bins.sum, bins.sumOfSquares)
    mass = Double(count)
  }

  /// Whether every magnitude is known.
  var isExact: Bool {
    if case .bins = storage { return false }
    return true
  }

  /// The magnitude of rank `index`, ascending from 0.
  ///
  /// If only bins are known, it is the mean of a bin, except for the largest magnitude.
  package subscript(index: Int) -> Double {
    switch storage {
    case .values(let values): values[index]
    case .weighted(let values): values[index]
    case .bins(let bins): index == count - 1 ? maximum : bins.mean(bins.bin(ofRank: index))
    }
  }

  /// The (weighted) sum of the `index` smallest magnitudes.
  package func sum(below index: Int) -> Double {
    switch storage {
    case .values(let values): values.sum(below: index)
    case .weighted(let values): values.sum(below: index)
    case .bins(let bins): bins.sum(below: index)
    }
  }

  /// The number of magnitudes below a threshold.
  ///
  /// - Parameter start: A lower bound of the result, which shortens the search.
  /// - Complexity: O(log n).
  package func rank(of threshold: Double, from start: Int = 0) -> Int {
    switch storage {
    case .values(let values): partitionPoint(start..<count) { values[$0] >= threshold }
    case .weighted(let values): partitionPoint(start..<count) { values[$0] >= threshold }
    case .bins(let bins): bins.firstRank(ofBin: bins.firstBin(reaching: threshold))
    }
  }

  /// The different magnitudes, ascending, if only bins are known and each bin has one; nil otherwise.
  var distinctMagnitudes: [Float]? {
    if case .bins(let bins) = storage { bins.distinctMagnitudes } else { nil }
  }

  /// Calls `body` with each bin, ascending.
  ///
  /// Does nothing if every magnitude is known.
  func forEachBin(_ body: (_ mean: Double, _ count: Int) -> Void) {
    if case .bins(let bins) = storage { bins.forEachBin(body) }
  }

  /// Calls `body` with each tail `T_j = { y >= (j - 1/2) scale }`, j = 1...codes, that is not empty.
  ///
  /// - Parameter body: Receives j, the sum of the weights of the tail's magnitudes, and their
  ///   (weighted) sum.
  /// - Complexity: O(codes log n); O(n + codes) for lanes of fewer than four values for each code.
  @inline(__always)
  package func forEachTail(
    scale: Double, codes: Int, _ body: (_ code: Int, _ mass: Double, _ sum: Double) -> Void
  ) {
    let limit = reachedCode(scale: scale, codes: codes)
    guard limit > 0 else { return }
    switch storage {
    case .values(let values) where values.count < 4 * limit:
      values.forEachTailByValue(scale: scale, limit: limit, body)
    case .values(let values):
      values.forEachTailByRank(scale: scale, limit: limit, body)
    case .weighted(let values):
      var start = 0
      for code in 1...limit {
        let threshold = (Double(code) - 0.5) * scale
        start = partitionPoint(start..<count) { values[$0] >= threshold }
        body(code, mass - values.mass(below: start), sum - values.sum(below: start))
      }
    case .bins(let bins):
      for code in 1...limit {
        let bin = bins.firstBin(reaching: (Double(code) - 0.5) * scale)
        body(code, Double(count - bins.firstRank(ofBin: bin)), sum - bins.sum(belowBin: bin))
      }
    }
  }

  /// Calls `body` with each code j whose threshold `(j - 1/2) scale` lies inside a bin, because
  /// there ``forEachTail(scale:codes:_:)`` is inexact.
  ///
  /// Does nothing if every magnitude is known.
  ///
  /// - Parameter body: Receives j, how much too large the squared error can be there, and how much too
  ///   small `sum c^2` can be.
  @inline(__always)
  func forEachCut(
    scale: Double, codes: Int, _ body: (_ code: Int, _ cost: Double, _ square: Double) -> Void
  ) {
    guard case .bins(let bins) = storage else { return }
    let limit = reachedCode(scale: scale, codes: codes)
    guard limit > 0 else { return }
    for code in 1...limit {
      let cut = bins.cut(at: (Double(code) - 0.5) * scale)
      if cut.shortfall > 0 || cut.below > 0 {
        body(code, 2 * scale * cut.shortfall, Double(2 * code - 1) * cut.below)
      }
    }
  }

  /// Calls `body` with each tail `{ y >= m scale }` that is not empty, for the thresholds m between
  /// levels.
  ///
  /// - Parameter body: Receives the index of m, the sum of the weights of the tail's magnitudes, and
  ///   their (weighted) sum.
  /// - Complexity: O(levels log n).
  package func forEachTail(
    scale: Double, of side: LevelLadder.Side,
    _ body: (_ index: Int, _ mass: Double, _ sum: Double) -> Void
  ) {
    var start = 0
    for (index, ratio) in side.thresholds.enumerated() {
      let threshold = ratio * scale
      guard threshold <= maximum else { return }
      start = rank(of: threshold, from: start)
      if case .weighted(let values) = storage {
        body(index, mass - values.mass(below: start), sum - values.sum(below: start))
      } else {
        body(index, mass - Double(start), sum - sum(below: start))
      }
    }
  }

  /// `sum l y` and `sum l^2` over the magnitudes y and their nearest levels l, computed value by value.
  ///
  /// - Returns: nil if there are as many values as levels or more, or if values are weighted or binned.
  /// - Complexity: O(n log levels).
  func sumsByValue(
    scale: Double, of side: LevelLadder.Side
  ) -> (linear: Double, square: Double)? {
    guard case .values(let values) = storage, values.count < side.thresholds.count else {
      return nil
    }
    var (linear, square, place) = (0.0, 0.0, 0)
    for index in 0..<values.count {
      let value = values[index]
      place = partitionPoint(place..<side.thresholds.count) {
        side.thresholds[$0] * scale > value
      }
      let level = side.magnitudes[place]
      linear += level * value
      square += level * level
    }
    return (linear, square)
  }

  /// Calls `body` for each level whose threshold lies inside a bin, because there
  /// ``forEachTail(scale:of:_:)`` is inexact.
  ///
  /// Does nothing if every magnitude is known.
  ///
  /// - Parameter body: Receives how much too large the squared error can be there, and how much too
  ///   small the sum of squared levels can be.
  func forEachCut(
    scale: Double, of side: LevelLadder.Side,
    _ body: (_ cost: Double, _ square: Double) -> Void
  ) {
    guard case .bins(let bins) = storage else { return }
    for (index, ratio) in side.thresholds.enumerated() where ratio * scale <= maximum {
      let cut = bins.cut(at: ratio * scale)
      if cut.shortfall > 0 || cut.below > 0 {
        body(2 * scale * side.differences[index] * cut.shortfall, side.squares[index] * cut.below)
      }
    }
  }

  /// The code of the largest magnitude, at most `codes`.
  private func reachedCode(scale: Double, codes: Int) -> Int {
    let reached = maximum / scale + 0.5
    return reached < Double(codes) ? Int(reached) : codes
  }
}
