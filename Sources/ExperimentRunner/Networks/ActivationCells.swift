internal import NetworkQuantization
internal import QuantizationCore
internal import RangeFiles
internal import ResultRecords
internal import TensorIO

/// The finished cells of the activations of a network.
struct ActivationCells {
  /// What is known of the ranges of all activations.
  enum Found {
    /// Every activation has one.
    case ranges([TensorRange])
    /// The rule has none for an activation, and why.
    case undefined(String)
    /// A cell is not finished.
    case missing
  }

  private struct Key: Hashable {
    let tensor: String
    let estimator: String
    let grid: CodeGrid
    let split: CalibrationSplit?
  }

  private let records: [Key: ResultRecord]
  private let network: NetworkReference

  init(_ records: [ResultRecord], of network: NetworkReference) {
    let names = Dictionary(
      network.network.placement.activations.map { (network.name(of: $0.name), $0.name) },
      uniquingKeysWith: { first, _ in first })
    var found: [Key: ResultRecord] = [:]
    for record in records {
      guard case .tensor(let tensor) = record.key.subject, let name = names[tensor] else {
        continue
      }
      let key = Key(
        tensor: name, estimator: record.key.estimator, grid: record.key.grid,
        split: record.key.split)
      found[key] = record
    }
    (self.records, self.network) = (found, network)
  }

  /// The ranges of all activations for a way to quantize, chosen on some batches.
  func activations(_ choice: NetworkAxes.Choice, on split: CalibrationSplit?) -> Found {
    var ranges: [TensorRange] = []
    for activation in network.network.placement.activations {
      let key = Key(
        tensor: activation.name, estimator: choice.estimator, grid: choice.activations,
        split: split)
      guard let record = records[key] else { return .missing }
      guard let parameters = record.parameters else {
        return .undefined("\(printable(activation.name)): \(record.status)")
      }
      ranges.append(
        TensorRange(
          name: activation.name, kind: .activation, shape: [], granularity: .tensor,
          grid: choice.activations, estimator: choice.estimator, scales: [parameters.scale],
          zeroPoints: [parameters.zeroPoint]))
    }
    return .ranges(ranges)
  }
}
