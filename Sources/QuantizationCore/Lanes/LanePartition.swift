/// How a tensor in C order falls into lanes.
///
/// The lanes are in C order of their places along the axes, as the scales of a blocked ONNX
/// `QuantizeLinear` are.
public struct LanePartition: Hashable, Sendable {
  /// The length of each axis of the tensor.
  public let shape: [Int]
  /// What shares a range.
  public let granularity: Granularity
  /// The number of lanes.
  public let count: Int
  /// The axes that cut the tensor and the stretches between them, from the first to the last.
  private let axes: [Axis]

  /// One axis, or neighboring axes that lanes cover alike.
  private struct Axis: Hashable {
    /// The number of indices.
    var length: Int
    /// The number of indices in a lane; the last lane may have fewer.
    var extent: Int
    /// The number of lanes along the axis.
    var lanes: Int
    /// The distance of neighbors in the flat tensor.
    var stride: Int

    init(length: Int, extent: Granularity.Extent, stride: Int) {
      (self.length, self.stride) = (length, stride)
      switch extent {
      case .all: (self.extent, lanes) = (length, 1)
      case .size(let size):
        self.extent = size
        lanes = length / size + (length % size == 0 ? 0 : 1)
      }
    }

    /// Takes in the axis before this one, where lanes cover both whole or hold one index of each.
    mutating func merge(_ before: Axis) -> Bool {
      if before.lanes == 1 && lanes == 1 {
        extent = before.length * length
      } else if before.extent != 1 || extent != 1 {
        return false
      }
      length *= before.length
      lanes *= before.lanes
      return true
    }
  }

  /// Creates a partition, or nothing where the tensor lacks an axis that the granularity names.
  public init?(shape: [Int], granularity: Granularity) {
    guard granularity.missingAxis(in: shape) == nil else { return nil }
    self.shape = shape
    self.granularity = granularity
    var axes: [Axis] = []
    var stride = 1
    for (place, length) in shape.enumerated().reversed() {
      let extent = granularity.extent(along: place, rank: shape.count)
      let axis = Axis(length: length, extent: extent, stride: stride)
      stride *= length
      if axes.isEmpty || !axes[axes.count - 1].merge(axis) { axes.append(axis) }
    }
    self.axes = axes.reversed()
    count = axes.reduce(1) { $0 * $1.lanes }
  }

  /// The place of lane `index`, 0 ..< count.
  ///
  /// Complexity: O(number of axes).
  public subscript(index: Int) -> Lane {
    precondition(index >= 0 && index < count, "lane \(index) of \(count)")
    var lane = Lane()
    var rest = index
    for axis in axes.reversed() {
      let (before, place) = rest.quotientAndRemainder(dividingBy: axis.lanes)
      let first = place * axis.extent
      lane.extend(
        from: first * axis.stride, count: min(axis.extent, axis.length - first),
        stride: axis.stride)
      rest = before
    }
    return lane
  }

  /// The shape of what there is once for each lane, such as scales, in the order of the lanes.
  ///
  /// As `QuantizeLinear` of ONNX has it: the number of lanes along each axis, without the axes that
  /// lanes cover by definition. So it is a scalar for a whole tensor, one axis for channels, and for
  /// groups the axes of the tensor with the number of groups in the place of the length that is cut.
  public var laneShape: [Int] {
    shape.indices.compactMap { place in
      let extent = granularity.extent(along: place, rank: shape.count)
      return extent == .all ? nil : Axis(length: shape[place], extent: extent, stride: 1).lanes
    }
  }

  /// The length of the last axis within a lane: the rows over which a softmax is taken.
  public var rowLength: Int {
    guard let row = shape.last else { return 1 }
    return switch granularity.extent(along: shape.count - 1, rank: shape.count) {
    case .all: row
    case .size(let size): min(size, row)
    }
  }

  /// Whether the lanes of another shape mean the same, one by one: along every axis that is cut both
  /// shapes have the same length.
  public func hasLanes(of other: LanePartition) -> Bool {
    guard granularity == other.granularity else { return false }
    let cut = shape.indices.filter {
      granularity.extent(along: $0, rank: shape.count) != .all
    }
    return cut.isEmpty && count == other.count
      || shape.count == other.shape.count && cut.allSatisfy { shape[$0] == other.shape[$0] }
  }

  /// What a reader may not expect of the lanes, in a few words; nothing otherwise.
  public var remark: String? {
    for named in granularity.named {
      guard case .size(let size) = named.extent else { continue }
      let place = named.place(rank: max(shape.count, 1))
      let length = shape.isEmpty ? 1 : shape[place]
      guard size > length, length > 0 else { continue }
      let axis = shape.isEmpty ? "a scalar" : "axis \(place) of \(shape)"
      let lane = granularity.kind
      return "a \(lane) of \(size) is longer than \(axis): each lane holds "
        + (length == 1 ? "1 value" : "\(length) values") + (lane == "block" ? " along it" : "")
    }
    return nil
  }
}
