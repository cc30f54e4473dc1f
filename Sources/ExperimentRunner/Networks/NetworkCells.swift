internal import NetworkQuantization
internal import NetworkRuntime
internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// The cells of the tensors of networks, as a plan has them.
struct NetworkCells {
  private(set) var cells: [ExperimentCell] = []
  /// The number of combinations that the manifest excludes.
  private(set) var excluded = 0

  /// Expands the networks of a manifest.
  ///
  /// - Throws: The errors of reading an input file, and `RuntimeError` where there are networks and no
  ///   library that runs them.
  ///
  /// Complexity: O(cells).
  init(_ manifest: Manifest, _ hashes: inout InputHashes) throws {
    guard !manifest.networks.isEmpty else { return }
    let library = try RuntimeLibrary.open().version
    let axes = manifest.networkAxes
    var tensorIndex = manifest.tensors.count
    for (index, network) in manifest.networks.enumerated() {
      let weights = Dictionary(
        network.network.placement.weights.map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first })
      for tensor in network.tensors(index) {
        let reference = TensorReference(
          name: network.name(of: tensor.name), origin: .network(tensor),
          layout: BatchLayout(whole: tensor.shape), fault: nil, unreadable: nil)
        var origin = try hashes.origin(of: tensor, in: network, library: library)
        // Values of networks that are not finite are always an error.
        origin[.nonFinite] = NonFinitePolicy.error.rawValue
        origin[.shared] = "\(NumericsRevision.shared)"
        let granularities =
          weights[tensor.name].flatMap { tensor.kind == .weight ? axes.granularities(of: $0) : nil }
          ?? [.tensor]
        for granularity in granularities {
          for estimator in axes.estimators {
            for grid in axes.grids(of: tensor.kind) {
              guard
                !manifest.excludes(
                  tensor: reference.name, estimator: estimator.name, grid: grid,
                  granularity: granularity)
              else {
                excluded += 1
                continue
              }
              let key = ResultRecord.Key(
                tensor: reference.name, estimator: estimator.name, grid: grid,
                granularity: granularity)
              let own = origin.of(estimator)
              cells.append(
                ExperimentCell(
                  key: key, estimator: estimator, tensor: reference, tensorIndex: tensorIndex,
                  origin: own, address: own.address(of: key)))
            }
          }
        }
        tensorIndex += 1
      }
    }
  }
}
