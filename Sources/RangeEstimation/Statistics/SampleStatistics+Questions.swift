public import QuantizationCore
internal import QuantizationKernels

/// What estimators ask of a sealed sample.
extension SampleStatistics {
  /// Refuses a sample that no longer knows each value, for rules that look at every one.
  ///
  /// - Throws: ``EstimationError/notDefined(reason:)``.
  public func requireEveryValue() throws(EstimationError) {
    guard isExact else {
      throw .notDefined(
        reason: "more than \(Self.exactCapacity) values in a lane: the rule looks at each of them")
    }
  }

  /// The value of rank `index` among all values, ascending.
  public func value(rank index: Int) -> Double {
    if let kept { return kept.value(rank: index) }
    return index < below.count ? -below[below.count - 1 - index] : above[index - below.count]
  }

  /// The value of rank `index` among all magnitudes, ascending.
  ///
  /// Time O(log n).
  public func magnitude(rank index: Int) -> Double {
    if let kept { return kept.magnitude(rank: index) }
    let (low, high) = (below, above)
    return RangeEstimation.magnitude(rank: index, low: 0..<low.count, high: 0..<high.count) {
      $0 ? low[$1] : high[$1]
    }
  }

  /// The values as a power of errors sees them; every value must be known, and one not be zero.
  func powers(_ power: Double) -> PowerValues { PowerValues(values, range: range, power: power) }

  private struct HistogramForm: Hashable {
    let bins: Int
    let absolute: Bool
    let lower: Double
    let upper: Double
  }

  /// The counts of equal bins over [lower, upper]; see `Kernels.countHistogram`.
  ///
  /// Of a moment table, each bin counts whole where its mean is.
  public func histogram(
    bins: Int, absolute: Bool, lower: Double, upper: Double
  ) -> [UInt64] {
    let form = HistogramForm(bins: bins, absolute: absolute, lower: lower, upper: upper)
    guard let cache else { return counts(form) }
    return cache.value(form) { counts(form) }
  }

  private func counts(_ form: HistogramForm) -> [UInt64] {
    let (bins, absolute, lower, upper) = (form.bins, form.absolute, form.lower, form.upper)
    var counts = [UInt64](repeating: 0, count: bins)
    guard !isExact else {
      Kernels.countHistogram(
        of: unorderedValues.span, absolute: absolute, lower: lower, upper: upper, into: &counts)
      return counts
    }
    let factor = Double(bins) / (upper - lower)
    for (tails, sign) in [(below, absolute ? 1.0 : -1.0), (above, 1.0)] {
      tails.forEachBin { mean, count in
        let bin = Int(min(max((sign * mean - lower) * factor, 0), Double(bins - 1)))
        counts[bin] += UInt64(count)
      }
    }
    return counts
  }

  /// The first of the candidates with the least squared error, as the shared kernel measures it.
  ///
  /// Of many values, only candidates that come close to the least in real arithmetic are measured.
  public func leastSquaredError(
    among candidates: [QuantizationParameters]
  ) -> QuantizationParameters? {
    guard let grid = candidates.first?.grid, isExact, grid.bits.fitsByte, count > 64 * grid.steps
    else { return firstBest(candidates, by: squaredError(of:)) }
    let costs = candidates.map { tails.squaredError(of: $0) }
    // Further apart than Float32 arithmetic and cancellation can bring two errors.
    let limit = 1.0001 * (costs.min() ?? 0) + 1e-12 * energy
    return firstBest(
      zip(candidates, costs).lazy.filter { $0.1 <= limit }.map(\.0), by: squaredError(of:))
  }

  /// The sum of squared errors of a quantizer: measured by the shared kernel on exactly these
  /// values, or from the tails of a moment table.
  public func squaredError(of parameters: QuantizationParameters) -> Double {
    guard !isExact else {
      return Kernels.measureError(of: values.span, with: parameters).squaredError
    }
    return tails.squaredError(of: parameters)
  }
}
