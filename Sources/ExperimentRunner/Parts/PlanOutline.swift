internal import NetworkQuantization
internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// What a plan consists of, without the cells: how many each tensor has at each granularity, and a guess of
/// what each takes.
///
/// Cells have places from 0 in the order of the plan. The outline depends on the manifest and the shapes of
/// its tensors alone, never on what is stored.
///
/// Complexity: O(cells), without a hash or a text for each.
struct PlanOutline {
  /// The pieces that share statistics, in the order of the plan.
  private(set) var pieces: [PlanPiece] = []
  /// The guess for each cell in nanoseconds, by place, without what it shares.
  private(set) var costs: [Double] = []
  /// The hash of the outline; parts of one plan fit no other.
  private(set) var fingerprint = ""

  /// - Parameter networkCells: The cells of the tensors of networks, which come after all others.
  init(_ manifest: Manifest, networkCells: [ExperimentCell]) {
    var lines: [String] = []
    let combinations = manifest.combinations
    for combination in combinations {
      lines.append(
        "\(combination.granularity) \(combination.calibration) \(combination.estimator.name) "
          + "\(combination.grid)")
    }
    for (index, tensor) in manifest.tensors.enumerated() where tensor.fault == nil {
      let start = costs.count
      let elements = tensor.layout.elementCount
      var (granularity, lanes) = (Granularity?.none, 1)
      for combination in combinations
      where !manifest.excludes(combination, of: tensor.name) {
        if combination.granularity != granularity {
          granularity = combination.granularity
          lanes =
            LanePartition(shape: tensor.shape, granularity: combination.granularity)?.count ?? 1
          begin(elements: elements)
        }
        addCell(
          CostModel.nanoseconds(
            of: combination.estimator.estimator.descriptor, bits: combination.grid.bits,
            elements: elements, lanes: lanes))
        if combination.granularity == .tensor { profileIfNone(index, from: start) }
      }
      if costs.count > start { profileIfNone(index, from: start) }
      lines.append("\(index) \(tensor.name) \(tensor.layout.shapes) \(costs.count - start)")
    }
    addNetworks(of: manifest, networkCells)
    for cell in networkCells { lines.append("\(cell.key)") }
    fingerprint = ContentHash.of(lines.joined(separator: "\n"))
  }

  private mutating func begin(elements: Int) {
    pieces.append(
      PlanPiece(
        cells: [costs.count..<costs.count],
        cost: CostModel.nanosecondsOfItem(elements: elements)))
  }

  private mutating func addCell(_ cost: Double) {
    let last = pieces.count - 1
    pieces[last].cells[0] = pieces[last].cells[0].lowerBound..<(costs.count + 1)
    pieces[last].cost += cost
    costs.append(cost)
  }

  /// Gives the profile of a tensor to the last piece, unless an earlier piece of the tensor has it.
  private mutating func profileIfNone(_ tensor: Int, from start: Int) {
    let own = pieces.lastIndex { $0.cells[0].lowerBound < start }.map { $0 + 1 } ?? 0
    guard !pieces[own...].contains(where: { $0.profile != nil }) else { return }
    pieces[pieces.count - 1].profile = tensor
  }

  /// Weights are ordinary items; the activations of a network and its rows need one float run and are one
  /// piece.
  ///
  /// There is no row without the cells of all activations.
  private mutating func addNetworks(of manifest: Manifest, _ cells: [ExperimentCell]) {
    var last: (tensor: Int, granularity: Granularity)?
    var begun: Set<Int> = []
    for cell in cells {
      guard let network = cell.tensor.network else { continue }
      let elements = cell.tensor.shape.reduce(1, *)
      if cell.tensor.isActivation {
        if begun.insert(network).inserted {
          let reference = manifest.networks[network]
          let weights = reference.network.placement.weights.reduce(0) {
            $0 + $1.shape.reduce(1, *)
          }
          let rows = reference.evaluation.isEmpty ? 0 : manifest.networkAxes.choices.count
          pieces.append(
            PlanPiece(
              cells: [costs.count..<costs.count], network: network,
              cost: CostModel.nanosecondsOfNetwork(weights: weights, rows: rows)))
        }
        addCell(CostModel.nanosecondsOfActivation)
      } else {
        let lanes =
          LanePartition(shape: cell.tensor.shape, granularity: cell.key.granularity)?.count ?? 1
        if last?.tensor != cell.tensorIndex || last?.granularity != cell.key.granularity {
          begin(elements: elements)
          last = (cell.tensorIndex, cell.key.granularity)
        }
        addCell(
          CostModel.nanoseconds(
            of: cell.estimator.estimator.descriptor, bits: cell.key.grid.bits, elements: elements,
            lanes: lanes))
      }
    }
  }
}
