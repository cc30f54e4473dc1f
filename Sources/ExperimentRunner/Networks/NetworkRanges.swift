internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import QuantizationCore
internal import RangeEstimation
package import RangeFiles
internal import ResultRecords
internal import TensorIO

extension NetworkCalibration {
  /// The ranges that rules choose for the tensors of the network.
  ///
  /// - Parameters:
  ///   - weights: The rule for weights; nothing to leave them out.
  ///   - activations: The rule for activations, with the run that shows them; nothing to leave them out.
  ///   - progress: Called with what is being done and how much of it is done.
  /// - Throws: What reading and running throw, and ``NetworkDataError`` where a rule has no answer for a
  ///   tensor.
  package func ranges(
    weights: NetworkRule?, activations: (rule: NetworkRule, run: Run)?,
    progress: @Sendable (_ what: String, _ done: Int, _ all: Int) -> Void = { _, _, _ in }
  ) throws -> RangeSet {
    let sets = try rangeSets(
      weights: weights.map { [$0] } ?? [], activations: activations.map { ([$0.rule], $0.run) },
      progress: progress)
    return RangeSet(model: sets.first?.model ?? ownModel, tensors: sets.first?.tensors ?? [])
  }

  /// The same for several rules, such as one for each width, from one run.
  ///
  /// - Returns: A set for each place in the lists, with the weights of the rule there and the activations
  ///   of the rule there.
  package func rangeSets(
    weights: [NetworkRule], activations: (rules: [NetworkRule], run: Run)?,
    progress: @Sendable (_ what: String, _ done: Int, _ all: Int) -> Void = { _, _, _ in }
  ) throws -> [RangeSet] {
    let count = max(weights.count, activations?.rules.count ?? 0)
    var ranges = [[TensorRange]](repeating: [], count: count)
    if !weights.isEmpty {
      let found = try self.weights { weight in
        weights.map { Self.request($0, weight.name, $0.sharing.granularity(of: weight)) }
      }
      for (weight, outcomes) in found {
        for (place, outcome) in outcomes.enumerated() {
          ranges[place].append(
            try range(outcome, weight.name, .weight, weight.shape, weights[place]))
        }
      }
    }
    if let (rules, run) = activations {
      let found = try self.activations(run, progress: progress) { name in
        rules.map { Self.request($0, name, .tensor) }
      }
      for (name, shape, outcomes) in found {
        for (place, outcome) in outcomes.enumerated() {
          ranges[place].append(try range(outcome, name, .activation, shape, rules[place]))
        }
      }
    }
    return ranges.map { RangeSet(model: ownModel, tensors: inModelOrder($0)) }
  }

  private var ownModel: RangeSet.Model {
    RangeSet.Model(name: network.model.name, sha256: network.sha256)
  }

  private static func request(
    _ rule: NetworkRule, _ name: String, _ granularity: Granularity
  ) -> CellRequest {
    CellRequest(
      rule.estimator,
      ResultRecord.Key(
        tensor: name, estimator: rule.estimator.name, grid: rule.grid, granularity: granularity))
  }

  private func range(
    _ outcome: CellOutcome, _ name: String, _ kind: TensorRange.Kind, _ shape: [Int],
    _ rule: NetworkRule
  ) throws(NetworkDataError) -> TensorRange {
    guard !outcome.parameters.isEmpty else {
      throw NetworkDataError(
        "\(network.model.name): '\(printable(name))': \(rule.estimator.name) on \(rule.grid): "
          + "\(outcome.record.status)")
    }
    return TensorRange(
      name: name, kind: kind, shape: shape, granularity: outcome.record.key.granularity,
      grid: rule.grid, estimator: rule.estimator.name, scales: outcome.parameters.map(\.scale),
      zeroPoints: outcome.parameters.map(\.zeroPoint),
      meanSquaredError: outcome.record[.mse], regret: outcome.record.regret)
  }

  /// The order in which the nodes meet the tensors: an activation before the weight it is multiplied by.
  private func inModelOrder(_ ranges: [TensorRange]) -> [TensorRange] {
    let placement = network.placement
    var first: [String: Int] = [:]
    for activation in placement.activations {
      first[activation.name] = 2 * (activation.uses.map(\.node).min() ?? 0)
    }
    for weight in placement.weights {
      first[weight.name] = 2 * (weight.uses.map(\.node).min() ?? 0) + 1
    }
    return ranges.enumerated().sorted {
      (first[$0.element.name] ?? 0, $0.offset) < (first[$1.element.name] ?? 0, $1.offset)
    }.map(\.element)
  }
}
