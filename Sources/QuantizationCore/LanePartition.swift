/// How a tensor in C order falls into lanes.
///
/// A lane is a set of equally long runs of neighbours at equal distances: a channel of axis `a`
/// has as many runs as there are indices before `a`, a group along the last axis is a single run,
/// and a group along another axis has runs of one value.
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

    /// The flat index of the first value of each run, in order.
    public var runStarts: some Sequence<Int> {
      Swift.stride(from: start, to: start + runs * stride, by: stride)
    }
  }

  /// The length of each axis of the tensor.
  public let shape: [Int]
  /// What shares a range.
  public let granularity: Granularity
  /// The number of lanes.
  public let count: Int
  /// The number of indices before the axis that is cut, along it, and after it.
  private let outer: Int
  private let extent: Int
  private let inner: Int

  /// Creates a partition, or nothing where the tensor has no such axis.
  public init?(shape: [Int], granularity: Granularity) {
    self.shape = shape
    self.granularity = granularity
    switch granularity {
    case .tensor:
      (outer, extent, inner) = (1, 1, shape.reduce(1, *))
      count = 1
    case .channel:
      guard let axis = granularity.axis(in: shape) else { return nil }
      (outer, extent, inner) = Self.split(shape, at: axis)
      count = extent
    case .group(let size, _):
      // A scalar is a row of one value.
      let axes = shape.isEmpty ? [1] : shape
      guard let axis = granularity.axis(in: axes) else { return nil }
      (outer, extent, inner) = Self.split(axes, at: axis)
      count = outer * Self.groups(of: size, in: extent) * inner
    }
  }

  /// The place of lane `index`, 0 ..< count.
  public subscript(index: Int) -> Lane {
    precondition(index >= 0 && index < count, "lane \(index) of \(count)")
    switch granularity {
    case .tensor:
      return Lane(start: 0, runLength: inner, stride: inner, runs: 1)
    case .channel:
      return Lane(start: index * inner, runLength: inner, stride: extent * inner, runs: outer)
    case .group(let size, _):
      let (block, place) = index.quotientAndRemainder(dividingBy: inner)
      let (row, group) = block.quotientAndRemainder(dividingBy: Self.groups(of: size, in: extent))
      let length = min(size, extent - group * size)
      let start = (row * extent + group * size) * inner + place
      return inner == 1
        ? Lane(start: start, runLength: length, stride: length, runs: 1)
        : Lane(start: start, runLength: 1, stride: inner, runs: length)
    }
  }

  /// The shape of what there is once for each lane, such as scales, in the order of the lanes.
  ///
  /// As `QuantizeLinear` of ONNX has it: a scalar for a whole tensor, one axis for channels, and for
  /// groups the axes of the tensor with the number of groups in the place of the length that is cut.
  public var laneShape: [Int] {
    switch granularity {
    case .tensor: return []
    case .channel: return [extent]
    case .group(let size, _):
      guard let axis = granularity.axis(in: shape) else { return [] }
      var lanes = shape
      lanes[axis] = Self.groups(of: size, in: extent)
      return lanes
    }
  }

  /// The length of the last axis within a lane: the rows over which a softmax is taken.
  public var rowLength: Int {
    let row = shape.last ?? 1
    let isAlongRows = granularity.axis(in: shape) == shape.count - 1
    return switch granularity {
    case .tensor: row
    case .channel: isAlongRows ? 1 : row
    case .group(let size, _): isAlongRows ? min(size, row) : 1
    }
  }

  /// What a reader may not expect of the lanes, in a few words; nothing otherwise.
  public var remark: String? {
    guard case .group(let size, _) = granularity, size > extent, extent > 0 else { return nil }
    let axis = granularity.axis(in: shape).map { "axis \($0) of \(shape)" } ?? "a scalar"
    return "a group of \(size) is longer than \(axis): each lane holds "
      + (extent == 1 ? "1 value" : "\(extent) values")
  }

  /// The number of indices before an axis, along it and after it.
  private static func split(_ shape: [Int], at axis: Int) -> (outer: Int, extent: Int, inner: Int) {
    (shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *))
  }

  private static func groups(of size: Int, in extent: Int) -> Int {
    extent / size + (extent % size == 0 ? 0 : 1)
  }
}
