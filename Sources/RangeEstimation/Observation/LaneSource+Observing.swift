internal import Synchronization

/// A lane observed by several workers.
extension LaneSource {
  /// What each lane looks like.
  var shapes: [LaneShape] { (0..<laneCount).map(shape(ofLane:)) }

  /// In one piece.
  public func parts(_ count: Int) throws -> [Self] { [self] }

  /// Observes the only lane, by several workers where it is long.
  ///
  /// - Throws: What reading the whole lane from its beginning throws, whoever came upon it first.
  func observe(into observer: inout LaneObserver, workers: Workers) throws {
    let shape = shape(ofLane: 0)
    let types = observer.columns.map(\.type)
    let divisible = types.indices.filter { types[$0].observesParts(of: shape) }
    guard workers.count > 1, !divisible.isEmpty else {
      return try forEachSpan { observer.observe($1, place: 0) }
    }
    guard divisible.count == types.count else {
      return try observeByColumns(into: &observer, divisible, workers)
    }
    let parts = try parts(workers.count)
    if parts.count > 1, let observed = try? parts.observed(types, shape, workers) {
      for part in observed { observer.merge(part) }
    } else {
      try forEachSpan { observer.observe($1, place: 0) }
    }
  }

  /// Observes the only lane in one reading: a worker adds each stretch of values to one column, or a
  /// share of it to those columns that need not see all of it.
  private func observeByColumns(
    into observer: inout LaneObserver, _ divisible: [Int], _ workers: Workers
  ) throws {
    let types = divisible.map { observer.columns[$0].type }
    let shape = shape(ofLane: 0)
    let shares = (0..<workers.count).map { _ in
      SharedObserver(LaneObserver(types, shapes: [shape]))
    }
    let whole = observer.columns.indices.filter { !divisible.contains($0) }
    let columns = whole.map { SharedObserver(LaneObserver(column: $0, of: observer)) }
    try forEachStretch { values in
      workers.forEach(shares.count + columns.count) { turn in
        if turn < shares.count {
          let place =
            values.count * turn / shares.count..<values.count * (turn + 1) / shares.count
          shares[turn].observe(values.span.extracting(place))
        } else {
          columns[turn - shares.count].observe(values.span)
        }
      }
    }
    for share in shares { observer.merge(share.observed, columns: divisible) }
    for (index, column) in zip(whole, columns) {
      observer.replace(column: index, by: column.observed)
    }
  }
}

/// An observer that workers take turns with.
private final class SharedObserver: Sendable {
  private let observer: Mutex<LaneObserver>

  init(_ observer: LaneObserver) { self.observer = Mutex(observer) }

  func observe(_ values: Span<Float>) {
    observer.withLock { $0.observe(values, place: 0) }
  }

  var observed: LaneObserver { observer.withLock { $0 } }
}

extension Array where Element: LaneSource {
  /// What each part has observed; each knows how long the whole lane is.
  fileprivate func observed(
    _ types: [any LaneStatistics.Type], _ shape: LaneShape, _ workers: Workers
  ) throws -> [LaneObserver] {
    try workers.map(count) { part in
      var observer = LaneObserver(types, shapes: [shape])
      try self[part].forEachSpan { observer.observe($1, place: 0) }
      return observer
    }
  }
}
