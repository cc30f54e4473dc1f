/// Which values share one scale and zero point: how far a lane reaches along each axis.
///
/// A lane is a box of the tensor. ``Extent`` says how long the box is along an axis:
///
/// | written | along the axes it names | along every other axis |
/// |---|---|---|
/// | `tensor` | | the whole axis |
/// | `channel:0` | one index of axis 0 | the whole axis |
/// | `group:128` | 128 neighbors of the last axis | one index |
/// | `group:128@0` | 128 neighbors of axis 0 | one index |
/// | `group:all` | the whole last axis: one lane for each row | one index |
/// | `block:128x128` | 128 neighbors of each of the last two axes | one index |
///
/// Axes count from 0, or from the end: -1 is the last axis of every tensor, whatever its rank. The
/// last lane along an axis may be shorter.
public struct Granularity: Hashable, Sendable {
  /// How far a lane reaches along an axis.
  public enum Extent: Hashable, Sendable {
    /// So many neighbors, at least one.
    case size(Int)
    /// The whole axis.
    case all
  }

  /// An axis, counted as it was written, and the length of a lane along it.
  struct NamedExtent: Hashable, Sendable {
    let axis: Int
    let extent: Extent
  }

  /// The axes that are named.
  let named: [NamedExtent]
  /// The length of a lane along every axis that is not named.
  let others: Extent

  /// The whole tensor is one lane.
  public static let tensor = Granularity(named: [], others: .all)

  /// One lane for each index along an axis.
  public static func channel(axis: Int) -> Granularity {
    Granularity(named: [NamedExtent(axis: axis, extent: .size(1))], others: .all)
  }

  /// One lane for each `size` neighbors along an axis, the last one if none is given.
  ///
  /// The lanes are in the order of the scales of a blocked ONNX `QuantizeLinear`: the tensor's own
  /// order, with the groups in the place of the axis.
  public static func group(size: Int, axis: Int = -1) -> Granularity {
    Granularity(named: [NamedExtent(axis: axis, extent: .size(size))], others: .size(1))
  }

  /// One lane for each box of the last axes, such as 128 rows by 128 columns.
  ///
  /// - Parameter extents: The length along each of the last axes, in the order of the axes; one
  ///   length gives groups.
  public static func block(_ extents: [Extent]) -> Granularity {
    let named = extents.enumerated().map {
      NamedExtent(axis: $0.offset - extents.count, extent: $0.element)
    }
    return Granularity(named: named, others: .size(1))
  }

  /// The length of a lane along an axis of a tensor with so many axes.
  package func extent(along axis: Int, rank: Int) -> Extent {
    named.first { $0.place(rank: rank) == axis }?.extent ?? others
  }

  /// The axis of channels, or along which groups lie; nothing for the whole tensor and for boxes of
  /// several axes.
  package var onlyAxis: Int? { named.count == 1 ? named[0].axis : nil }

  /// How many neighbors along the only axis share a range; nothing for channels, for the whole tensor
  /// and for a whole axis.
  package var groupSize: Int? {
    guard others == .size(1), named.count == 1, case .size(let size) = named[0].extent else {
      return nil
    }
    return size
  }

  /// The first axis that is named and that a shape does not have; nothing where it has all of them.
  ///
  /// A scalar counts as a row of one value where lanes are groups.
  public func missingAxis(in shape: [Int]) -> Int? {
    let rank = shape.isEmpty && others == .size(1) ? 1 : shape.count
    return named.first { !(0..<rank).contains($0.place(rank: rank)) }?.axis
  }
}

extension Granularity.NamedExtent {
  /// The axis, counted from 0, in a tensor with so many axes.
  func place(rank: Int) -> Int { axis < 0 ? axis + rank : axis }
}
