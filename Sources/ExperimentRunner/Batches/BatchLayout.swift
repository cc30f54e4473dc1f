package import QuantizationCore

/// An error: a tensor cannot be split into the wanted batches, or not calibrated on them.
package struct BatchFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The fault.
  package let problem: String
  /// What would be right.
  package let expected: String

  /// One line that says both.
  package var description: String { "\(problem); expected \(expected)" }
}

/// The division of a tensor into batches: one batch, slices of its leading axis, or a sequence of
/// files.
package struct BatchLayout: Hashable, Sendable {
  /// The shape of each batch, in order.
  package let shapes: [[Int]]
  /// Whether the batches are slices of one tensor.
  package let isCut: Bool

  /// The number of batches.
  package var count: Int { shapes.count }

  /// A tensor that is one batch.
  package init(whole shape: [Int]) {
    shapes = [shape]
    isCut = false
  }

  /// The number of values in all batches.
  var elementCount: Int { shapes.reduce(0) { $0 + $1.reduce(1, *) } }

  /// Whether there is a batch without values.
  package var isEmpty: Bool { shapes.contains { $0.contains(0) } }

  /// Cuts the leading axis into slices as equal as possible: slice `i` of `n` starts at `extent * i
  /// / n`.
  package init(cutting shape: [Int], into count: Int) throws(BatchFault) {
    guard let extent = shape.first else {
      throw BatchFault(
        problem: "a tensor without axes cannot be cut into batches", expected: "a leading axis")
    }
    // A tensor without elements may have any number of batches, because none of them can be read.
    guard extent == 0 || (1...extent).contains(count) else {
      throw BatchFault(
        problem: "a leading axis of \(extent) cannot be cut into \(count) batches",
        expected: "a whole number from 1 to \(extent)")
    }
    shapes = (0..<count).map { index in
      [extent * (index + 1) / count - extent * index / count] + shape.dropFirst()
    }
    isCut = count > 1
  }

  /// A sequence of batches of any shapes; whether they have lanes in common depends on the
  /// granularity.
  ///
  /// - Throws: If there is no batch.
  package init(sequence shapes: [[Int]]) throws(BatchFault) {
    guard !shapes.isEmpty else {
      throw BatchFault(problem: "there are no batches", expected: "one or more")
    }
    self.shapes = shapes
    isCut = false
  }

  /// The lanes of each batch; lane `i` of the tensor consists of lane `i` of every batch.
  ///
  /// At granularity `tensor` the tensor is one lane whatever its shape. Otherwise all batches must
  /// have the same number of axes, and the same length of each axis that the granularity cuts.
  ///
  /// - Throws: If a batch lacks such an axis, or if the batches have different lanes.
  package func partitions(_ granularity: Granularity) throws(BatchFault) -> [LanePartition] {
    if isCut, granularity.kind == "channel",
      granularity.extent(along: 0, rank: shapes[0].count) == .size(1)
    {
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
      let first = partitions.first ?? partition
      guard partition.count == first.count else {
        throw BatchFault(
          problem: "\(granularity) has \(first.count) lanes in batch 0 "
            + "and \(partition.count) in batch \(index)",
          expected: "the same lanes in every batch")
      }
      guard partition.hasLanes(of: first) else {
        throw BatchFault(
          problem: "the lanes of \(granularity) are not those of batch 0 in batch \(index): "
            + "the shapes are \(first.shape) and \(shape)",
          expected: "the same lanes in every batch")
      }
      partitions.append(partition)
    }
    return partitions
  }
}
