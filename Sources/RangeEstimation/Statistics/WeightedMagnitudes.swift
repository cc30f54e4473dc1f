/// Magnitudes of one sign with a weight each, ascending, with running sums of both.
struct WeightedMagnitudes: Sendable {
  private let magnitudes: [Float]
  /// The weight of the k smallest, and the weighted sum of them.
  private var masses: [Double] = [0]
  private var sums: [Double] = [0]
  /// The weighted sum of squares.
  private(set) var sumOfSquares = 0.0

  /// Takes magnitudes in ascending order, each with a weight of at least zero.
  init(ascending points: [(magnitude: Float, weight: Float)]) {
    magnitudes = points.map(\.magnitude)
    masses.reserveCapacity(points.count + 1)
    sums.reserveCapacity(points.count + 1)
    for (index, point) in points.enumerated() {
      let (magnitude, weight) = (Double(point.magnitude), Double(point.weight))
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
