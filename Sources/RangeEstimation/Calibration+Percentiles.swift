extension Calibration {
  /// A percentile of the magnitudes in each lane, the one that the estimator `percentile` covers;
  /// zero of a lane without values.
  ///
  /// - Throws: What reading the source throws.
  package mutating func magnitudes(percentile: Double) throws -> [Double] {
    try sampleStatistics().map { lane in
      lane.count == 0
        ? 0 : PercentileEstimator.quantile(percentile, lane.count, lane.magnitude(rank:))
    }
  }
}
