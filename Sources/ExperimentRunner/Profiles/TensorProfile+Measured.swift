package import QuantizationCore
internal import RangeEstimation
package import ResultRecords

extension TensorProfile {
  /// Looks at a tensor, reading it twice: for its statistics, unless they are known, and for what
  /// needs extrema, mean and optima.
  ///
  /// All batches are profiled together, and how the tensor falls into them does not show. What is
  /// kept does not grow with the tensor, but for the ranks of up to four million values.
  ///
  /// - Parameters:
  ///   - evaluation: The tensor as one lane; statistics it has are used, and those it lacks kept.
  ///   - tensor: Its name.
  ///   - shape: The extent of every axis.
  ///   - grids: The grids to try.
  /// - Returns: Nothing for a tensor without a finite value.
  /// - Throws: What reading the tensor throws.
  package init?(
    measuring evaluation: inout Evaluation, tensor: String, shape: [Int], on grids: [CodeGrid]
  ) throws {
    evaluation.select(nil)
    _ = try evaluation.prepare(TensorProfile.statistics)
    guard var measurement = try ProfileMeasurement(&evaluation, on: grids) else { return nil }
    _ = try evaluation.errors(with: []) { try measurement.add($0) }
    guard let profile = try measurement.profile(&evaluation, tensor: tensor, shape: shape)
    else { return nil }
    self = profile
  }

  /// The statistics that a profile needs.
  static let statistics: [any LaneStatistics.Type] = [ValueSums.self, SampleStatistics.self]
}

extension TensorProfile.Statistics {
  init(_ sums: ValueSums, _ moments: CentralMoments, tailMagnitude: Double) {
    let nonZero = sums.count - sums.zeros
    self.init(
      minimum: Double(sums.minimum), maximum: Double(sums.maximum),
      // The sum of many equal values is not quite their number times one of them.
      mean: sums.areSpread ? sums.mean : Double(sums.minimum),
      standardDeviation: sums.areSpread ? moments.standardDeviation : 0,
      excessKurtosis: sums.areSpread ? moments.excessKurtosis : nil,
      zeroFraction: Double(sums.zeros) / Double(sums.count),
      negativeShare: nonZero > 0 ? Double(sums.negatives) / Double(nonZero) : nil,
      tailMagnitude: tailMagnitude)
  }
}
