/// Several statistics of several lanes of one tensor, which observe the same values in one pass.
struct LaneObserver: Sendable {
  /// A column for each statistic.
  private(set) var columns: [any ObservedColumn]
  /// The seconds of work of each column.
  private(set) var seconds: [Double]

  /// Creates an observer that has observed nothing.
  ///
  /// - Parameters:
  ///   - types: The statistics, each once.
  ///   - shapes: The shape of each lane.
  init(_ types: [any LaneStatistics.Type], shapes: [LaneShape]) {
    func column(_ type: (some LaneStatistics).Type) -> any ObservedColumn {
      StatisticColumn(type, shapes: shapes)
    }
    columns = types.map { column($0) }
    seconds = types.map { _ in 0 }
  }

  /// Creates an observer of one column of another observer.
  init(column index: Int, of other: LaneObserver) {
    columns = [other.columns[index]]
    seconds = [0]
  }

  /// Replaces a column by that of an observer of one column, and adds its time.
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
      // For few values, reading the clock would take longer than observing them.
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

  /// Adds to each lane the values that the same lane of another observer has observed.
  ///
  /// - Parameter chosen: The columns of this observer that the other one has, in its order; nil for all.
  mutating func merge(_ other: LaneObserver, columns chosen: [Int]? = nil) {
    for (place, index) in (chosen ?? Array(columns.indices)).enumerated() {
      time(index) { $0.merge(other.columns[place]) }
      seconds[index] += other.seconds[place]
    }
  }

  /// Appends the lanes of another observer.
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

/// Some types without repetitions, in the order of their first appearance.
func distinct(_ types: [any LaneStatistics.Type]) -> [any LaneStatistics.Type] {
  var seen: Set<ObjectIdentifier> = []
  return types.filter { seen.insert(ObjectIdentifier($0)).inserted }
}
