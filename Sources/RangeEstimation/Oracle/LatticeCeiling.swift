internal import Foundation
internal import QuantizationCore

/// Finds a scale above which no zero point loses as little as a known quantizer does.
///
/// A zero point has some of the levels `scale * c`, c in -N...N, and no value has a smaller error than
/// to the nearest of all of these. What such a lattice loses is bounded below between two scales by
/// ``ChordBound``, once for all zero points. A zero point that clips too much at every smaller scale
/// (``PowerValues/hopelessScale(codes:above:)``) then needs no search of its own.
///
/// Complexity: some hundred evaluations of O(n).
struct LatticeCeiling {
  private let lattice: PowerProblem
  private let bound: Double
  private let narrowest: Double

  /// Takes the steps of a grid and the cost of the known quantizer.
  init(_ values: PowerValues, steps: Int, cost: Double) {
    lattice = PowerProblem(values, codes: -steps...steps, skipsHopeless: false)
    // More than rounding makes of each error, of their powers and of the bound.
    let norm = { Foundation.pow($0, 1 / values.power) }
    let root = norm(cost) * (1 + 1e-9) + norm(Double(values.count)) * 1e-14
    bound = Foundation.pow(root, values.power) + 1e-14 * lattice.energy
    // A fourth of what decides on one zero point.
    narrowest = 1 / Double(4 * steps)
  }

  /// The scale, not less than a least one: above it every error is surely larger than the cost.
  func scale(from least: Double) -> Double {
    guard least > 0, least < lattice.largestScale else { return lattice.largestScale }
    var right = lattice.evaluate(at: lattice.largestScale)
    /// The left ends of intervals, the rightmost last.
    var lefts = [lattice.evaluate(at: least)]
    while let left = lefts.last {
      let width = right.scale - left.scale
      let chord = ChordBound(
        left: left.lowest, right: right.lowest,
        curvature: lattice.curvature(from: left, to: right), width: width)
      if chord.value > bound {
        right = lefts.removeLast()
      } else if width <= narrowest * right.scale {
        return right.scale
      } else {
        lefts.append(lattice.evaluate(at: (left.scale * right.scale).squareRoot()))
      }
    }
    return least
  }
}
