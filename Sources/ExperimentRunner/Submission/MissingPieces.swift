extension ExperimentPlan {
  /// The pieces of the plan with what is not stored of each, and the hash of the plan; it must be a whole plan
  /// with an outline (``PartRequest/all``).
  ///
  /// A network with something missing is one piece, whose process finds out what it is.
  func missingPieces() -> [PlanPiece] {
    guard let outline else { return [] }
    let profiles = Set(
      profileRequests.filter { finishedProfiles[$0.address] == nil }.map(\.tensorIndex))
    let networks = Set(networkWays.filter { !$0.isKept }.map(\.network))
    return outline.pieces.compactMap { piece in
      let places = piece.cells.flatMap(Array.init)
      let missing = places.filter { finished[cells[$0].address] == nil }
      if let network = piece.network {
        return missing.isEmpty && !networks.contains(network) ? nil : piece
      }
      var rest = PlanPiece(cells: [], profile: piece.profile, cost: piece.cost)
      if let profile = piece.profile, !profiles.contains(profile) { rest.profile = nil }
      guard !missing.isEmpty || rest.profile != nil else { return nil }
      rest.cost -= places.reduce(0) { $0 + outline.costs[$1] }
      for place in missing {
        rest.add(place)
        rest.cost += outline.costs[place]
      }
      return rest
    }
  }
}
