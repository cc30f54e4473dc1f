/// A long lane observed by several workers.
extension LaneSource {
  /// In one piece.
  public func parts(_ count: Int) throws -> [Self] { [self] }

  /// Observes the only lane.
  ///
  /// - Throws: What reading the whole lane from its beginning throws, whoever came upon it first.
  func observe<Statistics: LaneStatistics>(
    into statistics: inout Statistics, workers: Workers
  ) throws {
    let shape = shape(ofLane: 0)
    let isShared = workers.count > 1 && Statistics.observesParts(of: shape)
    let parts = isShared ? try parts(workers.count) : [self]
    if parts.count > 1, let observed = try? parts.observed(Statistics.self, shape, workers) {
      for part in observed { statistics.merge(part) }
    } else {
      try forEachSpan { statistics.observe($1) }
    }
  }
}

extension Array where Element: LaneSource {
  /// What each part has observed; each knows how long the whole lane is.
  fileprivate func observed<Statistics: LaneStatistics>(
    _ type: Statistics.Type, _ shape: LaneShape, _ workers: Workers
  ) throws -> [Statistics] {
    try workers.map(count) { part in
      var statistics = Statistics(shape: shape)
      try self[part].forEachSpan { statistics.observe($1) }
      return statistics
    }
  }
}
