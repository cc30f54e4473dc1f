public import QuantizationCore

/// Why a tensor cannot be had in these batches, or calibrated on them.
public struct BatchFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let problem: String
  /// What would be right.
  public let expected: String

  /// One line that says both.
  public var description: String { "\(problem); expected \(expected)" }
}

/// How a tensor falls into batches: as one, as slices of its leading axis, or as a sequence of files.
public struct BatchLayout: Hashable, Sendable {
  /// The shape of each batch, in order.
  public let shapes: [[Int]]
  /// Whether the batches are slices of one tensor.
  public let isCut: Bool

  /// The number of batches.
  public var count: Int { shapes.count }

  /// A tensor that is one batch.
  public init(whole shape: [Int]) {
    shapes = [shape]
    isCut = false
  }

  /// Slices of the leading axis, as even as can be: slice `i` of `n` starts at `extent * i / n`.
  public init(cutting shape: [Int], into count: Int) throws(BatchFault) {
    guard let extent = shape.first else {
      throw BatchFault(
        problem: "a tensor without axes cannot be cut into batches", expected: "a leading axis")
    }
    guard extent > 0 else {
      throw BatchFault(
        problem: "a tensor without elements cannot be cut into batches",
        expected: "at least one along the leading axis")
    }
    guard (1...extent).contains(count) else {
      throw BatchFault(
        problem: "a leading axis of \(extent) cannot be cut into \(count) batches",
        expected: "a whole number from 1 to \(extent)")
    }
    shapes = (0..<count).map { index in
      [extent * (index + 1) / count - extent * index / count] + shape.dropFirst()
    }
    isCut = count > 1
  }

  /// One batch after the other, which may differ in the extent of the leading axis only.
  public init(sequence batches: [(name: String, shape: [Int])]) throws(BatchFault) {
    let first = batches[0]
    for batch in batches
    where batch.shape.count != first.shape.count
      || batch.shape.dropFirst() != first.shape.dropFirst()
    {
      throw BatchFault(
        problem:
          "batch \(batch.name) has the shape \(batch.shape), and \(first.name) \(first.shape)",
        expected: "batches of one shape but for the leading axis")
    }
    shapes = batches.map(\.shape)
    isCut = false
  }

  /// How each batch falls into lanes; a lane of the tensor is what all batches have of it.
  ///
  /// - Throws: Where a batch has no such axis, or the lanes of one are not those of another.
  public func partitions(_ granularity: Granularity) throws(BatchFault) -> [LanePartition] {
    if isCut && granularity == .channel(axis: 0) {
      throw BatchFault(
        problem: "axis 0 is cut into batches and has no channels",
        expected: shapes[0].count > 1 ? "an axis from 1 to \(shapes[0].count - 1)" : "no channels")
    }
    var partitions: [LanePartition] = []
    for (index, shape) in shapes.enumerated() {
      guard let partition = LanePartition(shape: shape, granularity: granularity) else {
        throw BatchFault(
          problem: "the shape \(shape) has no axis for \(granularity)",
          expected: shape.isEmpty ? "no channels" : "an axis from 0 to \(shape.count - 1)")
      }
      guard partition.count == partitions.first?.count ?? partition.count else {
        throw BatchFault(
          problem: "\(granularity) has \(partitions[0].count) lanes in batch 0 "
            + "and \(partition.count) in batch \(index)",
          expected: "the same lanes in every batch")
      }
      partitions.append(partition)
    }
    return partitions
  }
}
