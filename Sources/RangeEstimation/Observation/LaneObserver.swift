/// Statistics of several lanes of one tensor that are fed together: a value is read once for all.
struct LaneObserver: Sendable {
  /// A column for each statistic.
  private(set) var columns: [any ObservedColumn]
  /// The seconds that each column has worked.
  private(set) var seconds: [Double]

  /// Nothing observed yet.
  ///
  /// - Parameters:
  ///   - types: The statistics, each once.
  ///   - shapes: What each lane looks like.
  init(_ types: [any LaneStatistics.Type], shapes: [LaneShape]) {
    func column(_ type: (some LaneStatistics).Type) -> any ObservedColumn {
      StatisticColumn(type, shapes: shapes)
    }
    columns = types.map { column($0) }
    seconds = types.map { _ in 0 }
  }

  /// An observer of one of the columns of another.
  init(column index: Int, of other: LaneObserver) {
    columns = [other.columns[index]]
    seconds = [0]
  }

  /// Puts what an observer of one column has observed back into its place.
  mutating func replace(column index: Int, by other: LaneObserver) {
    columns[index] = other.columns[0]
    seconds[index] += other.seconds[0]
  }

  /// Begins a batch in every lane.
  mutating func beginBatch(shape: (_ place: Int) -> LaneShape) {
    for index in columns.indices { columns[index].beginBatch(shape: shape) }
  }

  /// Adds values of one lane to all columns.
  mutating func observe(_ values: Span<Float>, place: Int) {
    for index in columns.indices {
      // Few values would be timed longer than observed.
      if values.count < Self.timedCount {
        columns[index].observe(values, place: place)
      } else {
        time(index) { $0.observe(values, place: place) }
      }
    }
  }

  private static let timedCount = 4096

  /// Ends the batch in every lane.
  mutating func endBatch() {
    for index in columns.indices { columns[index].endBatch() }
  }

  /// Adds to each lane what the same lane of another observer has observed.
  ///
  /// - Parameter chosen: The columns that the other has, in its order; all where none are given.
  mutating func merge(_ other: LaneObserver, columns chosen: [Int]? = nil) {
    for (place, index) in (chosen ?? Array(columns.indices)).enumerated() {
      time(index) { $0.merge(other.columns[place]) }
      seconds[index] += other.seconds[place]
    }
  }

  /// Puts the lanes of another observer behind these.
  mutating func append(_ other: LaneObserver) {
    for index in columns.indices {
      columns[index].append(other.columns[index])
      seconds[index] += other.seconds[index]
    }
  }

  /// Ends observing.
  mutating func seal() {
    for index in columns.indices { time(index) { $0.seal() } }
  }

  private mutating func time(_ index: Int, _ body: (inout any ObservedColumn) -> Void) {
    let start = ContinuousClock.now
    body(&columns[index])
    seconds[index] += (ContinuousClock.now - start) / .seconds(1)
  }
}

/// Each type once, in the order of first appearance.
func distinct(_ types: [any LaneStatistics.Type]) -> [any LaneStatistics.Type] {
  var seen: Set<ObjectIdentifier> = []
  return types.filter { seen.insert(ObjectIdentifier($0)).inserted }
}
