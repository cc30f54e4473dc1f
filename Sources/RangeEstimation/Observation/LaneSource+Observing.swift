internal import Synchronization

/// Observing the only lane of a source by several workers.
extension LaneSource {
  /// The shape of each lane.
  var shapes: [LaneShape] { (0..<laneCount).map(shape(ofLane:)) }

  /// The source itself as the only piece: it is read by one thread.
  public func parts(_ count: Int) throws -> [Self] { [self] }

  /// Observes the only lane; several workers do so at once if it is long.
  ///
  /// - Throws: The error of reading the lane in order, whichever worker came upon an error first.
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

  /// Observes the only lane in one pass.
  ///
  /// Some statistics must observe all values in order: for each of them, one worker observes each
  /// stretch of values. The other statistics (`divisible`) merge, so workers observe shares of the
  /// stretch.
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

/// An observer that several workers may use, one at a time.
private final class SharedObserver: Sendable {
  private let observer: Mutex<LaneObserver>

  init(_ observer: LaneObserver) { self.observer = Mutex(observer) }

  func observe(_ values: Span<Float>) {
    observer.withLock { $0.observe(values, place: 0) }
  }

  var observed: LaneObserver { observer.withLock { $0 } }
}

extension Array where Element: LaneSource {
  /// An observer of each part, with the shape of the whole lane.
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
