public import QuantizationCore

/// Picks the range that keeps the softmax of logits: for the last layer and attention scores.
///
/// ```
/// argmin over ranges of the mean over rows of
///   CE(v, v^) = -sum softmax(v) log softmax(v^) = logsumexp(v^) - sum softmax(v) v^
/// ```
///
/// Rows run along the last axis. The search starts from min-max, least squares, least squares weighted
/// by p (1 - p) of the softmax, and a coarse grid over both ends, then moves one end at a time by
/// smaller and smaller steps. The cost need not have a single valley, so the answer is a good range,
/// not a certified one.
///
/// Known failure: a tensor that is not logits, where rows mean nothing. Not defined for lanes with
/// one element in a row.
///
/// Source: Nagel et al., A White Paper on Neural Network Quantization, 2021, section 3.1.
public struct CrossEntropyEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "cross-entropy", family: .search,
    summary: "the least cross-entropy between softmax rows before and after; for logits",
    cost: "about 100 passes of O(n)", visitsEveryValue: true,
    reference: "Nagel et al. 2021")

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The best range found.
  public func parameters(
    from statistics: LogitStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    guard statistics.rowLength > 1 else {
      throw .notDefined(reason: "rows of one element; a softmax needs at least two")
    }
    var search = RangeSearch(grid: grid, data: statistics.sample.range) {
      statistics.crossEntropy(with: $0, below: $1)
    }
    search.consider(LeastSquares.solve(statistics.sample, on: grid).parameters)
    if grid.bits.fitsByte, let tails = statistics.weightedTails {
      // Var_p(e) / 2 is the divergence to second order; p (1 - p) is its diagonal.
      let weighted = tails.certificate(on: grid)
      search.consider(
        QuantizationParameters(
          scale: weighted.scale, zeroPoint: grid.minimumCode + weighted.codesBelow, grid: grid))
    }
    search.scan()
    search.descend()
    return search.best
  }
}
