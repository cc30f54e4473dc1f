/// One statistic of several lanes, of any type.
protocol ObservedColumn: Sendable {
  /// The type of the statistic.
  var type: any LaneStatistics.Type { get }
  /// Begins a batch in every lane.
  mutating func beginBatch(shape: (_ place: Int) -> LaneShape)
  /// Adds values of one lane.
  mutating func observe(_ values: Span<Float>, place: Int)
  /// Ends the batch in every lane.
  mutating func endBatch()
  /// Adds to each lane the values that the same lane of another column has observed.
  mutating func merge(_ other: any ObservedColumn)
  /// Appends the lanes of another column.
  mutating func append(_ other: any ObservedColumn)
  /// Ends observing.
  mutating func seal()
}

/// One statistic of several lanes.
struct StatisticColumn<Statistics: LaneStatistics>: ObservedColumn {
  /// The statistic of each lane, in order.
  private(set) var lanes: [Statistics]

  /// Creates a statistic of no values for each lane.
  init(_ type: Statistics.Type, shapes: [LaneShape]) { lanes = shapes.map(Statistics.init) }

  var type: any LaneStatistics.Type { Statistics.self }

  mutating func beginBatch(shape: (_ place: Int) -> LaneShape) {
    for place in lanes.indices { lanes[place].beginBatch(shape: shape(place)) }
  }

  mutating func observe(_ values: Span<Float>, place: Int) { lanes[place].observe(values) }

  mutating func endBatch() {
    for place in lanes.indices { lanes[place].endBatch() }
  }

  mutating func merge(_ other: any ObservedColumn) {
    let others = Self.lanes(of: other)
    for place in lanes.indices { lanes[place].merge(others[place]) }
  }

  mutating func append(_ other: any ObservedColumn) { lanes += Self.lanes(of: other) }

  mutating func seal() {
    for place in lanes.indices { lanes[place].seal() }
  }

  private static func lanes(of other: any ObservedColumn) -> [Statistics] {
    guard let other = other as? Self else { preconditionFailure("columns of one statistic") }
    return other.lanes
  }
}
