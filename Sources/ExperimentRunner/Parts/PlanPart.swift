/// A part of a plan, which one process computes.
package struct PlanPart: Sendable {
  /// Who computes it; its segments have this name.
  package let owner: SegmentOwner
  /// The places of its cells in the plan, in order.
  var cells: [Range<Int>] = []
  /// The indices of the tensors whose profiles are part of it.
  var profiles: Set<Int> = []
  /// The indices of the networks whose rows are part of it; all cells of their activations are too.
  var networks: Set<Int> = []

  init(owner: SegmentOwner, _ pieces: [PlanPiece] = []) {
    self.owner = owner
    for piece in pieces {
      cells += piece.cells
      if let profile = piece.profile { profiles.insert(profile) }
      if let network = piece.network { networks.insert(network) }
    }
    cells.sort { $0.lowerBound < $1.lowerBound }
  }

  /// The places of the part among some of the plan.
  func places(in range: Range<Int>) -> [Int] {
    // The first range that ends behind the start, by bisection.
    var (low, high) = (0, cells.count)
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
    }
    var places: [Int] = []
    while low < cells.count, cells[low].lowerBound < range.upperBound {
      places += cells[low].clamped(to: range)
      low += 1
    }
    return places
  }
}

/// What is given to one process as a whole.
package struct PlanPiece: Sendable {
  /// The places of cells in the plan.
  package var cells: [Range<Int>]
  /// The index of a tensor whose profile is measured with them.
  package var profile: Int?
  /// The index of a network whose rows are judged with them.
  package var network: Int?
  /// A guess of the nanoseconds.
  package var cost: Double

  /// Creates a piece of some cells.
  package init(cells: [Range<Int>], profile: Int? = nil, network: Int? = nil, cost: Double) {
    (self.cells, self.profile, self.network, self.cost) = (cells, profile, network, cost)
  }

  /// What comes first where costs are equal.
  package var place: Int { cells.first?.lowerBound ?? profile ?? 0 }
}

/// Which part of a plan is asked for.
package enum PartRequest: Sendable {
  /// Part `index`, from 1, of `count`.
  case shard(index: Int, count: Int)
  /// A part that was written down, and the plan that it belongs to.
  case chunk(PlanPart, plan: String)
  /// All of it, with the outline from which parts are cut.
  case all
}

/// A reason why a part cannot be computed.
package enum PartError: Error, CustomStringConvertible {
  /// The manifest, or a tensor, is another than when the parts were cut.
  case otherPlan

  package var description: String {
    switch self {
    case .otherPlan:
      "the manifest or a shape of its tensors has changed since it was submitted; "
        + "expected what it was, or submit again"
    }
  }
}
