package import QuantizationCore
internal import RangeEstimation
package import ResultRecords

extension TensorProfile {
  /// Computes the profile of a tensor in two passes: one for its statistics, unless they are
  /// cached, and one for measurements that need extrema, mean and optima.
  ///
  /// All batches are profiled together, and the division into batches does not affect the profile.
  /// Memory does not grow with the tensor, except for the ranks of up to four million values.
  ///
  /// - Parameters:
  /// - evaluation: The tensor as one lane; cached statistics are used, and missing ones are cached.
  ///   - tensor: Its name.
  ///   - shape: The extent of every axis.
  /// - grids: The grids.
  /// - Returns: nil for a tensor without a finite value.
  /// - Throws: The errors of reading the tensor.
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
      // The rounded sum of many equal values may differ from their number times the value.
      mean: sums.areSpread ? sums.mean : Double(sums.minimum),
      standardDeviation: sums.areSpread ? moments.standardDeviation : 0,
      excessKurtosis: sums.areSpread ? moments.excessKurtosis : nil,
      zeroFraction: Double(sums.zeros) / Double(sums.count),
      negativeShare: nonZero > 0 ? Double(sums.negatives) / Double(nonZero) : nil,
      tailMagnitude: tailMagnitude)
  }
}
