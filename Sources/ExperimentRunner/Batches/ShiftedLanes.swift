internal import RangeEstimation

/// The lanes of a batch, each with a number subtracted from its values.
///
/// So ranges whose lowest code stands for any real are measured with codes that begin at zero. Differences are Float32:
/// off by up to 2^-24 of the width of a range, which has at most 2^16 steps, so by a 256th of a step at most.
struct ShiftedLanes: LaneSource {
  private let source: BatchLanes
  private let lows: [Float]

  /// - Parameter lows: What is subtracted from each lane.
  init(_ source: BatchLanes, lows: [Float]) { (self.source, self.lows) = (source, lows) }

  var laneCount: Int { source.laneCount }

  func shape(ofLane index: Int) -> LaneShape { source.shape(ofLane: index) }

  func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) throws {
    try source.forEachSpan(ofLanes: lanes) { lane, values in
      let low = lows[lane]
      let shifted = (0..<values.count).map { values[$0] - low }
      try body(lane, shifted.span)
    }
  }

  func parts(_ count: Int) throws -> [ShiftedLanes] {
    try source.parts(count).map { ShiftedLanes($0, lows: lows) }
  }
}
