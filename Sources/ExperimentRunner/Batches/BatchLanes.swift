package import RangeEstimation

/// One batch of a tensor, cut into lanes: held in memory or streamed from its file.
package enum BatchLanes: LaneSource {
  case held(TensorLanes)
  case streamed(FileLanes)

  /// The number of lanes.
  package var laneCount: Int {
    switch self {
    case .held(let lanes): lanes.laneCount
    case .streamed(let lanes): lanes.laneCount
    }
  }

  /// The number of values of a lane, and the length of its rows.
  package func shape(ofLane index: Int) -> LaneShape {
    switch self {
    case .held(let lanes): lanes.shape(ofLane: index)
    case .streamed(let lanes): lanes.shape(ofLane: index)
    }
  }

  /// Reads some lanes in order.
  package func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) throws {
    switch self {
    case .held(let source): try source.forEachSpan(ofLanes: lanes, body)
    case .streamed(let source): try source.forEachSpan(ofLanes: lanes, body)
    }
  }

  /// Splits the only lane into about `count` pieces, if it is streamed; otherwise returns one
  /// piece.
  package func parts(_ count: Int) throws -> [BatchLanes] {
    switch self {
    case .held: [self]
    case .streamed(let lanes): try lanes.parts(count).map(BatchLanes.streamed)
    }
  }
}
