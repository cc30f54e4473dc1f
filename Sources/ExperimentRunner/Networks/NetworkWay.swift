internal import NetworkQuantization
internal import NetworkRuntime
internal import QuantizationCore
internal import RangeEstimation
package import ResultRecords
internal import TensorIO

/// One way to quantize a network of an experiment: a row of `networks.csv`, judged or to be judged.
package struct NetworkWay: Sendable {
  /// What is quantized how.
  package let key: NetworkRecord.Key
  /// The index of the network in the manifest.
  let network: Int
  /// The rule, the codes and the granularity.
  let choice: NetworkAxes.Choice
  /// The batches that the ranges of activations are chosen on; nil for all.
  let split: CalibrationSplit?
  /// The hash of everything that determines the row.
  let address: String
  /// The addresses of the cells whose ranges its activations take.
  let cells: [String]
  /// The row of an earlier run; nil if there is none, or if it is to be judged again.
  let kept: NetworkRecord?

  /// Whether the row of an earlier run can be used.
  package var isKept: Bool { kept != nil }

  /// The same way with the row of an earlier run.
  func with(_ row: NetworkRecord?) -> NetworkWay {
    NetworkWay(
      key: key, network: network, choice: choice, split: split, address: address, cells: cells,
      kept: row)
  }
}

extension NetworkWay {
  /// Every way that the plan has cells for, in the order of the manifest.
  ///
  /// The ranges of activations are those of the manifest's first choice of batches.
  ///
  /// - Parameters:
  ///   - cells: The cells of the tensors of networks.
  ///   - networks: The indices of the networks that are wanted; nil for all.
  /// - Throws: `RuntimeError` where there are networks and no library that runs them.
  ///
  /// Complexity: O(cells + ways x activations).
  static func all(
    of manifest: Manifest, _ cells: [ExperimentCell], _ hashes: InputHashes,
    networks: Set<Int>? = nil
  ) throws -> [NetworkWay] {
    guard manifest.networks.contains(where: { !$0.evaluation.isEmpty }) else { return [] }
    let library = try RuntimeLibrary.open().version
    let identities = Dictionary(
      manifest.estimators.map { ($0.name, $0.identity) }, uniquingKeysWith: { first, _ in first })
    var addresses: [CellPlace: String] = [:]
    for cell in cells where cell.key.granularity == .tensor {
      addresses[CellPlace(cell.key)] = cell.address
    }
    var ways: [NetworkWay] = []
    for (index, network) in manifest.networks.enumerated()
    where !network.evaluation.isEmpty && networks?.contains(index) ?? true {
      let names = network.network.placement.activations.map { network.name(of: $0.name) }
      let split = try network.splits(of: Array(manifest.calibrations.prefix(1)))[0]
      for choice in manifest.networkAxes.choices {
        let own = names.compactMap { name in
          addresses[
            CellPlace(
              tensor: ExactName(name), estimator: ExactName(choice.estimator),
              grid: choice.activations, split: split)]
        }
        // A way without some of its ranges, which the manifest excludes, has no row.
        guard own.count == names.count else { continue }
        let key = NetworkRecord.Key(
          model: network.name, data: network.evaluation.map(\.relativePath).joined(separator: "+"),
          estimator: choice.estimator, bits: choice.weights.bits.count,
          weights: "\(choice.weights)", activations: "\(choice.activations)",
          granularity: "\(choice.sharing)")
        let address = Self.address(
          of: choice, split, network, library: library,
          identity: identities[choice.estimator] ?? "", hashes)
        ways.append(
          NetworkWay(
            key: key, network: index, choice: choice, split: split, address: address, cells: own,
            kept: nil))
      }
    }
    return ways
  }

  /// What tells one cell of an activation from another.
  private struct CellPlace: Hashable {
    let tensor: ExactName
    let estimator: ExactName
    let grid: CodeGrid
    let split: CalibrationSplit?

    init(tensor: ExactName, estimator: ExactName, grid: CodeGrid, split: CalibrationSplit?) {
      (self.tensor, self.estimator, self.grid, self.split) = (tensor, estimator, grid, split)
    }

    init(_ key: ResultRecord.Key) {
      self.init(
        tensor: key.subjectName, estimator: key.estimatorName, grid: key.grid, split: key.split)
    }
  }

  private static func address(
    of choice: NetworkAxes.Choice, _ split: CalibrationSplit?, _ network: NetworkReference,
    library: String, identity: String, _ hashes: InputHashes
  ) -> String {
    ContentHash.of(
      [
        "network", "\(NumericsRevision.networks)", "\(NumericsRevision.shared)", library, identity,
      ]
        + network.files.map { hashes.files[ExactName($0.relativePath)] ?? "" }
        + [
          network.name, network.settings, choice.estimator, "\(choice.weights)",
          "\(choice.activations)", "\(choice.sharing)",
        ] + (split.map { ["\($0)"] } ?? []))
  }
}
