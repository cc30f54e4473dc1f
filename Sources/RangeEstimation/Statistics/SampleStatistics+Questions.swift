public import QuantizationCore
internal import QuantizationKernels

/// The queries of estimators; the sample must be sealed.
extension SampleStatistics {
  /// The value of rank `index` among all values, ascending from 0; of a moment table, to a relative
  /// error of 2^-11.
  public func value(rank index: Int) -> Double {
    if let kept { return kept.value(rank: index) }
    return index < below.count ? -below[below.count - 1 - index] : above[index - below.count]
  }

  /// The magnitude of rank `index` among all magnitudes, ascending from 0; of a moment table, to a
  /// relative error of 2^-11.
  ///
  /// - Complexity: O(log n).
  public func magnitude(rank index: Int) -> Double {
    if let kept { return kept.magnitude(rank: index) }
    let (low, high) = (below, above)
    return RangeEstimation.magnitude(rank: index, low: 0..<low.count, high: 0..<high.count) {
      $0 ? low[$1] : high[$1]
    }
  }

  /// The values for the search for the least sum of powers of errors; of a moment table, its
  /// ``BinPoints``.
  ///
  /// One of the values must not be zero. What is prepared of long lanes is cached.
  ///
  /// - Parameter grid: The number format of the quantizers to search among.
  func powers(_ power: Double, on grid: CodeGrid) -> PowerValues {
    if let points { return PowerValues(points, count: count, range: range, power: power) }
    let plain = PowerValues(values, range: range, power: power)
    let sizes =
      power < 2 || count < Self.leastCountForBlocks ? [] : Self.blockSizes(count / grid.steps)
    return sizes.isEmpty ? plain : plain.withBounds(blockSizes: sizes, cached: cache)
  }

  /// The sums of fewer values take no time.
  private static let leastCountForBlocks = 1 << 13

  /// The sizes of blocks whose bounds of sums of powers take far less time than sums; none if there are
  /// no such blocks: many blocks must lie between two thresholds.
  private static func blockSizes(_ valuesInStep: Int) -> [Int] {
    valuesInStep >= 512 ? [64, 16] : valuesInStep >= 48 ? [16] : []
  }

  private struct HistogramForm: Hashable {
    let bins: Int
    let absolute: Bool
    let lower: Double
    let upper: Double
  }

  /// The number of values in each of `bins` equal bins over [lower, upper]; see
  /// `Kernels.countHistogram`.
  ///
  /// If the sample is a moment table, all values of a bin of the table count where their mean is.
  ///
  /// - Parameters:
  ///   - bins: The number of bins.
  ///   - absolute: Whether magnitudes are counted instead of values.
  ///   - lower: The lower edge of the first bin.
  ///   - upper: The upper edge of the last bin, above `lower`.
  /// - Complexity: O(n); the counts of long lanes are cached.
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

  /// The candidate with the least squared error, as the shared kernel measures it; the first one of
  /// equals, and nil without candidates.
  ///
  /// If there are many values, the errors are first computed in real arithmetic, from sums, and only
  /// candidates close to the least of these are measured.
  public func leastSquaredError(
    among candidates: [QuantizationParameters]
  ) -> QuantizationParameters? {
    guard let grid = candidates.first?.grid, isExact, grid.bits.fitsByte, count > 64 * grid.steps
    else { return firstBest(candidates, by: squaredError(of:)) }
    let costs = candidates.map { tails.squaredError(of: $0) }
    // The margin is larger than the differences that Float32 arithmetic and cancellation cause.
    let limit = 1.0001 * (costs.min() ?? 0) + 1e-12 * energy
    return firstBest(
      zip(candidates, costs).lazy.filter { $0.1 <= limit }.map(\.0), by: squaredError(of:))
  }

  /// The sum of squared errors of a quantizer.
  ///
  /// The shared kernel measures it on all values; if the sample is a moment table, it is computed
  /// from tail sums.
  public func squaredError(of parameters: QuantizationParameters) -> Double {
    guard !isExact else {
      return Kernels.measureError(of: values.span, with: parameters).squaredError
    }
    return tails.squaredError(of: parameters)
  }
}
