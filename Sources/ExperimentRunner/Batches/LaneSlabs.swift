package import QuantizationCore

/// How the lanes of a tensor lie in stretches of it that can be read one after the other.
///
/// A lane that reaches along a part of the first axis only lies within so many rows of that axis. Rows
/// that hold whole lanes are a unit, and some units are read at once.
package struct LaneSlabs {
  /// A stretch of the tensor.
  package struct Slab {
    /// Where it lies in the tensor, in C order.
    package let elements: Range<Int>
    /// The first of its lanes.
    package let firstLane: Int
    /// Its lanes.
    package let partition: LanePartition
  }

  /// How many values are read at once at least, where there are as many: 4 MiB.
  private static let least = 1 << 20
  /// How many values a unit may have: what is held at once must be small.
  private static let most = 1 << 24

  private let whole: LanePartition
  /// The first axis with more than one index.
  private let axis: Int
  /// The rows of a unit, the values of a row, and the lanes of a unit.
  private let rows, rowCount, lanes: Int
  /// The units that are read at once.
  private let units: Int

  /// Nothing where lanes reach along the whole first axis, or units are too large to be held.
  package init?(_ partition: LanePartition) {
    let shape = partition.shape
    guard let axis = shape.firstIndex(where: { $0 > 1 }),
      case .size(let rows) = partition.granularity.extent(along: axis, rank: shape.count)
    else { return nil }
    whole = partition
    self.axis = axis
    self.rows = min(rows, shape[axis])
    rowCount = shape[(axis + 1)...].reduce(1, *)
    let size = self.rows * rowCount
    guard size > 0, size <= Self.most else { return nil }
    lanes = partition.count / ((shape[axis] + self.rows - 1) / self.rows)
    units = max(1, Self.least / size)
  }

  /// The slabs that hold some lanes, in order.
  package func slabs(holding wanted: Range<Int>) -> some Sequence<Slab> {
    let (first, last) = (wanted.lowerBound / lanes, (wanted.upperBound - 1) / lanes)
    return stride(from: first, through: last, by: units).lazy.compactMap { unit in
      slab(units: unit..<min(unit + units, last + 1))
    }
  }

  private func slab(units: Range<Int>) -> Slab? {
    var shape = whole.shape
    let places = units.lowerBound * rows..<min(units.upperBound * rows, shape[axis])
    shape[axis] = places.count
    return LanePartition(shape: shape, granularity: whole.granularity).map {
      Slab(
        elements: places.lowerBound * rowCount..<places.upperBound * rowCount,
        firstLane: units.lowerBound * lanes, partition: $0)
    }
  }
}
