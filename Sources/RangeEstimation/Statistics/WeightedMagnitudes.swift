/// Magnitudes of one sign with a weight each, ascending, with running sums of both.
struct WeightedMagnitudes: Sendable {
  private let magnitudes: [Float]
  /// The weight of the k smallest, and the weighted sum of them.
  private var masses: [Double] = [0]
  private var sums: [Double] = [0]
  /// The weighted sum of squares.
  private(set) var sumOfSquares = 0.0

  /// Takes magnitudes in any order, each with a weight of at least zero.
  ///
  /// Equal magnitudes are ordered by weight: the order of the values must not show in a sum.
  init(_ points: some Sequence<(magnitude: Float, weight: Float)>) {
    // The bits of numbers that are not negative have their order, and so have those of a pair.
    var keys = points.map { UInt64($0.bitPattern) << 32 | UInt64(($1 + 0).bitPattern) }
    keys.sort()
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

  /// The weight of the `index` smallest magnitudes.
  func mass(below index: Int) -> Double { masses[index] }

  /// The weighted sum of the `index` smallest magnitudes.
  func sum(below index: Int) -> Double { sums[index] }
}
