/// How a tensor in C order falls into lanes.
///
/// A lane is a set of equally long runs of neighbours at equal distances: a channel of axis `a`
/// has as many runs as there are indices before `a`, a group is a single run.
public struct LanePartition: Hashable, Sendable {
  /// Where the values of one lane lie in the flat tensor.
  public struct Lane: Hashable, Sendable {
    /// The flat index of the first value.
    public let start: Int
    /// The number of neighbours in a run.
    public let runLength: Int
    /// The distance from the start of a run to the start of the next.
    public let stride: Int
    /// The number of runs.
    public let runs: Int

    /// The number of values in the lane.
    public var count: Int { runLength * runs }
  }

  /// The length of each axis of the tensor.
  public let shape: [Int]
  /// What shares a range.
  public let granularity: Granularity
  /// The number of lanes.
  public let count: Int

  /// Creates a partition, or nothing where the tensor has no such axis.
  public init?(shape: [Int], granularity: Granularity) {
    self.shape = shape
    self.granularity = granularity
    let elements = shape.reduce(1, *)
    switch granularity {
    case .tensor: count = 1
    case .channel(let axis):
      guard shape.indices.contains(axis) else { return nil }
      count = shape[axis]
    case .group(let size):
      let row = shape.last ?? 1
      count = row == 0 ? 0 : elements / row * ((row + size - 1) / size)
    }
  }

  /// The place of lane `index`, 0 ..< count.
  public subscript(index: Int) -> Lane {
    precondition(index >= 0 && index < count, "lane \(index) of \(count)")
    let elements = shape.reduce(1, *)
    switch granularity {
    case .tensor:
      return Lane(start: 0, runLength: elements, stride: elements, runs: 1)
    case .channel(let axis):
      let inner = shape[(axis + 1)...].reduce(1, *)
      let outer = shape[..<axis].reduce(1, *)
      return Lane(
        start: index * inner, runLength: inner, stride: shape[axis] * inner, runs: outer)
    case .group(let size):
      let row = shape.last ?? 1
      let groupsPerRow = (row + size - 1) / size
      let (rowIndex, group) = index.quotientAndRemainder(dividingBy: groupsPerRow)
      let length = min(size, row - group * size)
      return Lane(start: rowIndex * row + group * size, runLength: length, stride: length, runs: 1)
    }
  }

  /// The length of the last axis within a lane: the rows over which a softmax is taken.
  public var rowLength: Int {
    switch granularity {
    case .tensor: shape.last ?? 1
    case .channel(let axis): axis == shape.count - 1 ? 1 : shape[shape.count - 1]
    case .group(let size): min(size, shape.last ?? 1)
    }
  }
}
