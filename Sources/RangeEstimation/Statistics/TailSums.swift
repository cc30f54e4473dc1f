package import QuantizationCore

/// The magnitudes of one sign, ascending, with running sums: counts and sums of any tail in
/// O(log n).
///
/// Either every magnitude is known, each of weight one (``SortedMagnitudes``) or with a weight of
/// its own (``WeightedMagnitudes``), or only bins of them are (``BinnedMagnitudes``); then each bin
/// stands at its mean, and ``forEachCut(scale:codes:_:)`` bounds what that gets wrong.
package struct TailSums: Sendable {
  private enum Storage: Sendable {
    case values(SortedMagnitudes)
    case weighted(WeightedMagnitudes)
    case bins(BinnedMagnitudes)
  }

  private let storage: Storage
  /// The number of magnitudes.
  package let count: Int
  /// The sum of their weights: their number, unless they are weighted.
  package let mass: Double
  /// The largest magnitude; 0 without any.
  package let maximum: Double
  /// The sum of all magnitudes.
  package let sum: Double
  /// The sum of all squares.
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

  /// The tails of binned magnitudes, the largest of which is known.
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

  /// The magnitude of rank `index`, ascending from 0; of a bin, its mean, but for the largest.
  package subscript(index: Int) -> Double {
    switch storage {
    case .values(let values): values[index]
    case .weighted(let values): values[index]
    case .bins(let bins): index == count - 1 ? maximum : bins.mean(bins.bin(ofRank: index))
    }
  }

  /// The sum of the `index` smallest magnitudes.
  package func sum(below index: Int) -> Double {
    switch storage {
    case .values(let values): values.sum(below: index)
    case .weighted(let values): values.sum(below: index)
    case .bins(let bins): bins.sum(below: index)
    }
  }

  /// The number of magnitudes below `threshold`, known to be at least `start`.
  package func rank(of threshold: Double, from start: Int = 0) -> Int {
    switch storage {
    case .values(let values): partitionPoint(start..<count) { values[$0] >= threshold }
    case .weighted(let values): partitionPoint(start..<count) { values[$0] >= threshold }
    case .bins(let bins): bins.firstRank(ofBin: bins.firstBin(reaching: threshold))
    }
  }

  /// The magnitudes, each once, of bins that have one magnitude each; nothing otherwise.
  var distinctMagnitudes: [Float]? {
    if case .bins(let bins) = storage { bins.distinctMagnitudes } else { nil }
  }

  /// Visits the bins, ascending; none where every magnitude is known.
  func forEachBin(_ body: (_ mean: Double, _ count: Int) -> Void) {
    if case .bins(let bins) = storage { bins.forEachBin(body) }
  }

  /// Visits the tails `T_j = { y >= (j - 1/2) scale }` for j = 1...codes, as long as they are not
  /// empty, each with the mass and the sum of its magnitudes.
  ///
  /// Complexity: O(codes log n), or O(n + codes) for lanes shorter than the codes are many.
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

  /// Visits the codes j whose threshold `(j - 1/2) scale` cuts a bin, with the most by which
  /// ``forEachTail(scale:codes:_:)`` may overrate the squared error there and underrate
  /// `sum c^2`; none where every magnitude is known.
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

  /// Visits the tails `{ y >= m scale }` for the thresholds m of levels, as long as they are not empty.
  ///
  /// Complexity: O(levels log n).
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

  /// `sum l y` and `sum l^2` over the levels l nearest to values that are fewer than the levels, value by
  /// value; nothing where they are more, or weighted, or not known.
  ///
  /// Complexity: O(n log levels).
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

  /// Visits the levels whose threshold cuts a bin, with the most by which
  /// ``forEachTail(scale:of:_:)`` may overrate the squared error there and underrate the sum of squared
  /// levels; none where every magnitude is known.
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

  /// The largest code, of at most `codes`, that the largest magnitude reaches.
  private func reachedCode(scale: Double, codes: Int) -> Int {
    let reached = maximum / scale + 0.5
    return reached < Double(codes) ? Int(reached) : codes
  }
}
