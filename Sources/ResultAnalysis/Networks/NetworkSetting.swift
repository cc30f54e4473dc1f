internal import QuantizationCore
package import ResultRecords
internal import TensorIO

/// What rows of networks must share to be compared rule by rule: the network, the samples, the scheme of
/// activations and the granularity of weights.
package struct NetworkSetting: Hashable, Sendable {
  /// The network.
  package let model: String
  /// The samples on which it was judged.
  package let data: String
  /// The grid of activations at any width, such as `unsigned`.
  package let activations: String
  /// Which weights share a range: `tensor`, `channel` or `group:N`.
  package let granularity: String

  /// The setting of a row.
  package init(_ key: NetworkRecord.Key) {
    (model, data, granularity) = (key.model, key.data, key.granularity)
    activations = CodeGrid(key.activations)?.family.gridName ?? key.activations
  }

  /// The ways of quantizing, without the network: `weights by channel, activations unsigned`.
  package var title: String { "weights by \(granularity), activations \(activations)" }

  /// The cells of the tensors of the network in this setting: each weight at its granularity, each
  /// activation on its grid.
  ///
  /// A record does not say whether its tensor is a weight or an activation. Weights are those with a
  /// finer granularity than the tensor. Where the manifest has none, weights are those without a cell on
  /// the grid of activations; if there are no such tensors either, both have the same grid and all
  /// cells belong.
  ///
  /// Of an activation with several choices of calibration batches the first is taken, on whose ranges
  /// the network is judged.
  ///
  /// Complexity: O(records).
  func cells(of records: [ResultRecord]) -> [ResultRecord] {
    let prefix = Array("\(model)#".utf8)
    let own = records.filter { record in
      guard case .tensor(let name) = record.key.subject else { return false }
      return name.utf8.starts(with: prefix)
    }
    var weights: Set<ExactName> = []
    var grouped: Set<ExactName> = []
    var onGrid: Set<ExactName> = []
    var splits: [ExactName: CalibrationSplit?] = [:]
    for key in own.map(\.key) {
      if splits[key.subjectName] == nil { splits[key.subjectName] = .some(key.split) }
      if key.granularity != .tensor { weights.insert(key.subjectName) }
      if let size = key.granularity.groupSize, granularity == "group:\(size)" {
        grouped.insert(key.subjectName)
      }
      if key.granularity == .tensor, key.grid.family.gridName == activations {
        onGrid.insert(key.subjectName)
      }
    }
    return own.filter { record in
      let key = record.key
      let name = key.subjectName
      guard splits[name] == .some(key.split) else { return false }
      guard weights.contains(name) else {
        return !onGrid.contains(name) || key.grid.family.gridName == activations
      }
      switch granularity {
      case "tensor": return key.granularity == .tensor
      case "channel": return key.granularity.kind == "channel"
      default:
        // A weight whose axis of summation has no groups shares by channel.
        return grouped.contains(name)
          ? key.granularity.groupSize != nil : key.granularity.kind == "channel"
      }
    }
  }
}
