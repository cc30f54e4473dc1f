internal import ExperimentRunner
internal import QuantizationCore
internal import RangeEstimation
internal import Reports
internal import ResultRecords
internal import TensorIO

/// Profiles one tensor and applies every estimator to it.
struct TensorInspection {
  /// The outcomes: for each estimator, one for each grid.
  let outcomes: [CellOutcome]
  /// The same for reports; nil if the tensor cannot be read.
  let inspection: Inspection?
  /// The text for a terminal.
  let text: String

  /// The inspection of a tensor that cannot be read.
  init(name: String, failed reason: String, _ outcomes: [CellOutcome]) {
    self.outcomes = outcomes
    inspection = nil
    text = "\(name)\n  failed: \(reason)\n"
  }

  /// - Throws: A usage failure if the tensor does not have such lanes, an input failure if it has
  ///   no finite value, and the errors of reading it.
  init(
    _ tensor: TensorHeader, named name: String, _ estimators: [NamedEstimator],
    on grids: [CodeGrid], granularity: Granularity, nonFinite: NonFinitePolicy,
    workers: Workers = .one
  ) throws {
    let layout = BatchLayout(whole: tensor.shape)
    func evaluation(_ granularity: Granularity) throws -> Evaluation {
      do {
        return Evaluation(
          try TensorBatches(
            files: [tensor.specification], layout, granularity, nonFinite: nonFinite),
          workers: workers)
      } catch let fault as BatchFault {
        throw LabFailure.usage("\(tensor.name): --granularity: \(fault)")
      }
    }
    if let remark = LanePartition(shape: tensor.shape, granularity: granularity)?.remark {
      StandardError.say("\(name): \(remark)")
    }
    // Lanes come first: a missing axis should not cost a pass over the tensor.
    var lanes = try evaluation(granularity)
    var whole = granularity == .tensor ? lanes : try evaluation(.tensor)
    guard
      let profile = try TensorProfile(
        measuring: &whole, tensor: name, shape: tensor.shape, on: grids)
    else {
      throw LabFailure("error: \(tensor.name): no finite value; expected at least one", .badInput)
    }
    if granularity == .tensor { lanes = whole }
    var work = CellWork(lanes)
    outcomes = try work.outcomes(
      of: estimators.flatMap { estimator in
        grids.map { grid in
          CellRequest(
            estimator,
            ResultRecord.Key(
              tensor: name, estimator: estimator.name, grid: grid, granularity: granularity))
        }
      })
    let inspection = Inspection(
      profile: profile,
      choices: outcomes.map { Inspection.Choice(record: $0.record, parameters: $0.parameters) })
    self.inspection = inspection
    text = inspection.text
  }
}
