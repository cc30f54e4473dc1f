extension LanePartition {
  /// Where the values of one lane lie in the flat tensor: runs of neighbors, all of one length.
  public struct Lane: Hashable, Sendable {
    /// The flat index of the first value.
    public private(set) var start = 0
    /// The number of neighbors in a run.
    public private(set) var runLength = 1
    /// How runs repeat, the innermost step first; none where the lane is one run.
    @usableFromInline private(set) var steps: [Step] = []

    /// So many repetitions at one distance.
    @usableFromInline struct Step: Hashable, Sendable {
      @usableFromInline var count: Int
      @usableFromInline let stride: Int
    }

    /// The number of values in the lane.
    public var count: Int { steps.reduce(runLength) { $0 * $1.count } }

    /// Whether the values are all neighbors.
    public var isOneRun: Bool { steps.isEmpty }

    /// Calls a closure with the flat index of the first value of each run, in order.
    @inlinable public func forEachRun(_ body: (_ start: Int) -> Void) {
      walk(steps.count, from: start, body)
    }

    @inlinable func walk(_ depth: Int, from start: Int, _ body: (Int) -> Void) {
      guard depth > 0 else { return body(start) }
      let step = steps[depth - 1]
      var place = start
      for _ in 0..<step.count {
        if depth == 1 { body(place) } else { walk(depth - 1, from: place, body) }
        place += step.stride
      }
    }

    /// Repeats what there is along one more axis, outside of those before it.
    mutating func extend(from offset: Int, count: Int, stride: Int) {
      start += offset
      if count == 1 { return }
      if let outermost = steps.last {
        if stride == outermost.count * outermost.stride {
          steps[steps.count - 1].count *= count
          return
        }
      } else if stride == runLength {
        runLength *= count
        return
      }
      steps.append(Step(count: count, stride: stride))
    }
  }
}
