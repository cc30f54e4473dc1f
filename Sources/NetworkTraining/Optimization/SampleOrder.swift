internal import ScientificMath

/// The order of the samples in each epoch: another permutation each time, all from one seed.
///
/// Epochs have streams of their own, so that a run that is resumed needs none of the earlier ones.
package struct SampleOrder: Sendable {
  /// The number of samples.
  package let count: Int
  /// The seed of the run.
  package let seed: UInt64

  /// The order of so many samples.
  package init(count: Int, seed: UInt64) { (self.count, self.seed) = (count, seed) }

  /// The samples of an epoch in their order, every permutation as likely: the shuffle of Fisher and Yates.
  ///
  /// - Throws: What the generator throws.
  ///
  /// Complexity: O(samples).
  package func permutation(ofEpoch epoch: Int) throws -> [Int] {
    var random = try RandomSource(seed: seed &+ UInt64(epoch) &* 0x9E37_79B9_7F4A_7C15)
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      let places = UniformIndices(count: last + 1)
      var place: Int?
      while place == nil { place = places.index(of: random.nextWord()) }
      if let place { order.swapAt(last, place) }
    }
    return order
  }
}
