internal import QuantizationKernels

/// Which weights of a tensor are kept and which are 0 for good.
///
/// A weight that is exactly 0 stays 0: the mask of a pruned tensor is read back from its values, so a pruned
/// model needs no other file. Training applies the mask after each step.
package struct PruningMask: Hashable, Sendable {
  /// Whether each weight is kept, in C order.
  package private(set) var isKept: [Bool]

  /// A mask of these weights.
  package init(isKept: [Bool]) { self.isKept = isKept }

  /// The mask of a tensor that is pruned already: what is not exactly 0 is kept.
  package init(nonZerosOf values: [Float]) { isKept = values.map { $0 != 0 } }

  /// The number of weights.
  package var count: Int { isKept.count }

  /// The weights that are kept.
  package var keptCount: Int { isKept.count { $0 } }

  /// The share of weights that are 0; 0 for none.
  package var sparsity: Double {
    count == 0 ? 0 : Double(count - keptCount) / Double(count)
  }

  /// Sets the weights that are not kept to 0.
  ///
  /// - Precondition: As many weights as the mask has.
  package func apply(to values: inout [Float]) {
    precondition(values.count == count, "a mask of \(count) for \(values.count) weights")
    for index in values.indices where !isKept[index] { values[index] = 0 }
  }
}

/// Magnitude pruning: the weights nearest to 0 go (Han et al. 2015, arXiv:1506.02626).
extension PruningMask {
  /// Masks without the smallest magnitudes of several tensors, ranked together.
  ///
  /// Of n weights exactly `round(sparsity n)` go, halves up. Of equal magnitudes the one that comes first
  /// goes first: earlier tensors, then C order. Ranked apart, one tensor at a time, all tensors have the
  /// sparsity; ranked together, those of small weights lose more.
  ///
  /// - Parameters:
  ///   - tensors: Finite weights.
  ///   - sparsity: The share that goes, from 0 to 1.
  ///
  /// Complexity: O(n); 17 bytes a weight.
  package static func withoutSmallest(
    of tensors: [[Float]], sparsity: Double
  ) -> [PruningMask] {
    precondition((0...1).contains(sparsity), "a share from 0 to 1")
    let starts = tensors.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let all = starts[tensors.count]
    let gone = Int((sparsity * Double(all)).rounded(.toNearestOrAwayFromZero))
    precondition(all < 1 << 33, "a place takes 33 bits")
    // The bits of a magnitude are in the order of the magnitude; the place below them breaks ties.
    var words: [UInt64] = []
    words.reserveCapacity(all)
    for (place, value) in tensors.joined().enumerated() {
      words.append(UInt64(value.magnitude.bitPattern) << 33 | UInt64(place))
    }
    Kernels.sortAscending(&words)
    var isKept = [Bool](repeating: true, count: all)
    for word in words.prefix(gone) { isKept[Int(word & (1 << 33 - 1))] = false }
    return tensors.indices.map {
      PruningMask(isKept: Array(isKept[starts[$0]..<starts[$0 + 1]]))
    }
  }

  /// The mask that keeps the largest magnitudes of each group of a pattern, such as two of four.
  ///
  /// Groups lie along one axis, from its start. Of equal magnitudes the one that comes first goes first.
  ///
  /// - Parameters:
  ///   - values: Finite weights in C order.
  ///   - shape: The length of each axis.
  ///   - axis: The axis of the groups.
  /// - Returns: Nothing where the axis is no multiple of the group.
  ///
  /// Complexity: O(n).
  package init?(_ values: [Float], shape: [Int], axis: Int, keeping pattern: PruningPattern) {
    guard shape.indices.contains(axis), shape[axis] > 0, shape[axis] % pattern.group == 0,
      values.count == shape.reduce(1, *)
    else { return nil }
    let stride = shape[(axis + 1)...].reduce(1, *)
    isKept = [Bool](repeating: true, count: values.count)
    for block in Swift.stride(from: 0, to: values.count, by: stride * pattern.group) {
      for first in block..<block + stride {
        let places = (0..<pattern.group).map { first + $0 * stride }
        let ranked = places.sorted {
          (values[$0].magnitude, $0) < (values[$1].magnitude, $1)
        }
        for place in ranked.prefix(pattern.group - pattern.kept) { isKept[place] = false }
      }
    }
  }
}
