internal import ExperimentRunner
internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// Estimates every combination for one tensor: a file, its slices, or several files.
struct TensorEstimation {
  private let specifications: [String]
  private let layout: BatchLayout
  private let granularity: Granularity
  private let nonFinite: NonFinitePolicy
  private let split: CalibrationSplit?
  private let includingOptimum: Bool
  private let workers: Workers
  /// The lanes of the first batch.
  let partition: LanePartition

  /// - Parameters:
  ///   - files: The file, or the files that are batches of one tensor.
  /// - batchCount: The number of batches into which the leading axis of a single file is cut.
  /// - workers: The threads that do the work. Their number does not affect results.
  /// - Throws: A usage failure if the tensor does not have such an axis or such batches.
  init(
    _ files: [TensorHeader], batchCount: Int? = nil, calibration: CalibrationChoice = .all,
    granularity: Granularity, nonFinite: NonFinitePolicy, includingOptimum: Bool = false,
    workers: Workers = .one
  ) throws {
    let first = files[0]
    self.workers = workers
    specifications = files.map(\.specification)
    self.includingOptimum = includingOptimum
    self.granularity = granularity
    self.nonFinite = nonFinite
    guard let partition = LanePartition(shape: first.shape, granularity: granularity) else {
      throw LabFailure.usage(
        "\(first.name): --granularity cannot be \(granularity); "
          + "the shape \(first.shape) has "
          + (first.shape.isEmpty ? "no axes" : "axes 0 to \(first.shape.count - 1)"))
    }
    self.partition = partition
    do throws(BatchFault) {
      layout =
        files.count > 1
        ? try BatchLayout(sequence: files.map(\.shape))
        : try batchCount.map { count throws(BatchFault) in
          try BatchLayout(cutting: first.shape, into: count)
        } ?? BatchLayout(whole: first.shape)
      if layout.count > 1 { _ = try layout.partitions(granularity) }
      split = try calibration.split(of: layout.count)
    } catch {
      throw LabFailure.usage("\(first.name): \(error)")
    }
  }

  /// One outcome for each estimator and number format, all from the same statistics.
  ///
  /// - Parameter name: The name of the tensor in records.
  func outcomes(
    _ estimators: [NamedEstimator], on grids: [CodeGrid], named name: String
  ) throws -> [CellOutcome] {
    let batches = try TensorBatches(
      files: specifications, layout, granularity, nonFinite: nonFinite)
    var work = CellWork(Evaluation(batches, workers: workers), includingOptima: includingOptimum)
    return try work.outcomes(
      of: estimators.flatMap { estimator in
        grids.map { grid in
          CellRequest(
            estimator,
            ResultRecord.Key(
              tensor: name, estimator: estimator.name, grid: grid, granularity: granularity,
              split: split))
        }
      })
  }

  /// The failed cells of a tensor that cannot be read.
  static func failed(
    _ reason: String, _ estimators: [NamedEstimator], on grids: [CodeGrid],
    _ granularity: Granularity, named name: String
  ) -> [CellOutcome] {
    estimators.flatMap { estimator in
      grids.map { grid in
        CellOutcome(
          key: ResultRecord.Key(
            tensor: name, estimator: estimator.name, grid: grid, granularity: granularity),
          failed: reason)
      }
    }
  }
}
