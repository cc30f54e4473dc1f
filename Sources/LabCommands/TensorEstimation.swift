internal import ExperimentRunner
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// Estimates every combination for one tensor file.
struct TensorEstimation {
  private let file: TensorFile
  private let granularity: Granularity
  private let nonFinite: NonFinitePolicy
  private let includingOptimum: Bool
  /// How the file's shape falls into lanes.
  let partition: LanePartition

  /// - Throws: A usage failure where the tensor has no such axis.
  init(
    _ file: TensorFile, granularity: Granularity, nonFinite: NonFinitePolicy,
    includingOptimum: Bool = false
  ) throws {
    self.includingOptimum = includingOptimum
    self.file = file
    self.granularity = granularity
    self.nonFinite = nonFinite
    guard let partition = LanePartition(shape: file.shape, granularity: granularity) else {
      throw LabFailure.usage(
        "\(file.name): --granularity cannot be \(granularity); "
          + "the shape \(file.shape) has "
          + (file.shape.isEmpty ? "no axes" : "axes 0 to \(file.shape.count - 1)"))
    }
    self.partition = partition
  }

  /// One outcome for each estimator and grid, all from the same statistics.
  ///
  /// A tensor that is one lane is streamed and never held; lanes are cut in memory.
  func outcomes(_ estimators: [NamedEstimator], on grids: [CodeGrid]) throws -> [CellOutcome] {
    if granularity == .tensor && nonFinite == .error {
      var calibration = Calibration(FileLanes(file))
      return try outcomes(&calibration, estimators, grids, dropped: 0)
    }
    let tensor = try file.load(nonFinite: nonFinite)
    let dropped = Kernels.nonFiniteCount(in: tensor.values.span)
    let lanes = TensorLanes(
      values: tensor.values, partition: partition, dropsNonFinite: dropped > 0)
    var calibration = Calibration(lanes)
    return try outcomes(&calibration, estimators, grids, dropped: dropped)
  }

  private func outcomes<Source: LaneSource>(
    _ calibration: inout Calibration<Source>, _ estimators: [NamedEstimator], _ grids: [CodeGrid],
    dropped: Int
  ) throws -> [CellOutcome] {
    var outcomes: [CellOutcome] = []
    for estimator in estimators {
      for grid in grids {
        let key = ResultRecord.Key(
          tensor: file.stem, estimator: estimator.name, grid: grid, granularity: granularity)
        outcomes.append(
          try CellOutcome(
            measuring: &calibration, estimator, key: key, lanes: partition.count, dropped: dropped,
            includingOptimum: includingOptimum))
      }
    }
    return outcomes
  }
}
