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
      let splits = Dictionary(
        zip(manifest.calibrations, try network.splits(of: manifest.calibrations)),
        uniquingKeysWith: { first, _ in first })
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
        for combination in manifest.combinations(
          of: tensor.kind, sharing: granularities)
        {
          guard !manifest.excludes(combination, of: reference.name) else {
            excluded += 1
            continue
          }
          let key = ResultRecord.Key(
            tensor: reference.name, estimator: combination.estimator.name, grid: combination.grid,
            granularity: combination.granularity, split: splits[combination.calibration] ?? nil)
          let source = ExperimentCell.Source(
            estimator: combination.estimator, tensor: reference, tensorIndex: tensorIndex,
            origin: origin.of(combination.estimator))
          cells.append(ExperimentCell(key: key, from: source))
        }
        tensorIndex += 1
      }
    }
  }
}

extension Manifest {
  /// Every combination of the axes for a tensor of a network; those with the same lanes and batches are
  /// consecutive.
  ///
  /// A weight is the same for all samples, so that it has no choices of batches.
  fileprivate func combinations(
    of kind: NetworkTensor.Kind, sharing granularities: [Granularity]
  ) -> [Combination] {
    granularities.flatMap { granularity in
      (kind == .weight ? [.all] : calibrations).flatMap { calibration in
        networkAxes.estimators.flatMap { estimator in
          networkAxes.grids(of: kind).map { grid in
            Combination(
              granularity: granularity, calibration: calibration, estimator: estimator, grid: grid)
          }
        }
      }
    }
  }
}
