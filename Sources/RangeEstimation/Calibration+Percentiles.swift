extension Calibration {
  /// A percentile of the magnitudes in each lane, as the estimator `percentile` computes it; 0 for a
  /// lane without values.
  ///
  /// - Parameter percentile: 0 to 100.
  /// - Throws: The errors of reading the source.
  package mutating func magnitudes(percentile: Double) throws -> [Double] {
    try sampleStatistics().map { lane in
      lane.count == 0
        ? 0 : PercentileEstimator.quantile(percentile, lane.count, lane.magnitude(rank:))
    }
  }
}
