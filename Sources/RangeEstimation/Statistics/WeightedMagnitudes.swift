internal import QuantizationKernels

/// The magnitudes of the values of one sign, ascending, each with a weight, and running sums of weights
/// and of weighted magnitudes.
struct WeightedMagnitudes: Sendable {
  private let magnitudes: [Float]
  /// `masses[k]` and `sums[k]`: the sum of the weights of the k smallest magnitudes, and the
  /// weighted sum of these magnitudes.
  private var masses: [Double] = [0]
  private var sums: [Double] = [0]
  /// The weighted sum of the squares of all magnitudes.
  private(set) var sumOfSquares = 0.0

  /// Takes magnitudes in any order, each with a weight of at least zero.
  ///
  /// Equal magnitudes are sorted by weight, so the order of `points` does not affect sums.
  ///
  /// - Complexity: O(n).
  init(_ points: some Sequence<(magnitude: Float, weight: Float)>) {
    // The bit patterns of numbers that are not negative have the order of the numbers. Two of them in
    // one word have the order of pairs.
    var keys = points.map { UInt64($0.bitPattern) << 32 | UInt64(($1 + 0).bitPattern) }
    Kernels.sortAscending(&keys)
    magnitudes = keys.map { Float(bitPattern: UInt32($0 >> 32)) }
    masses.reserveCapacity(keys.count + 1)
    sums.reserveCapacity(keys.count + 1)
    for (index, key) in keys.enumerated() {
      let magnitude = Double(magnitudes[index])
      let weight = Double(Float(bitPattern: UInt32(truncatingIfNeeded: key)))
      masses.append(masses[index] + weight)
      sums.append(sums[index] + weight * magnitude)
      sumOfSquares += weight * magnitude * magnitude
    }
  }

  /// The number of magnitudes.
  var count: Int { magnitudes.count }

  /// The sum of all weights.
  var mass: Double { masses[count] }

  /// The weighted sum of all magnitudes.
  var sum: Double { sums[count] }

  /// The magnitude of rank `index`, ascending from 0.
  @inline(__always)
  subscript(index: Int) -> Double { Double(magnitudes[index]) }

  /// The sum of the weights of the `index` smallest magnitudes.
  func mass(below index: Int) -> Double { masses[index] }

  /// The weighted sum of the `index` smallest magnitudes.
  func sum(below index: Int) -> Double { sums[index] }
}
