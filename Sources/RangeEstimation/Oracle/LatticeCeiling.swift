internal import CStandardLibrary
internal import QuantizationCore

/// Finds a scale above which every zero point has a larger error than a known quantizer.
///
/// Every zero point has some of the levels `scale * c`, c in -N...N, where N is the number of
/// steps. So its error is at least that of the lattice of all these levels. ``ChordBound`` bounds
/// the error of the lattice from below, once for all zero points. A zero point whose error is too
/// large at all smaller scales (``PowerValues/hopelessScale(codes:above:)``) then needs no search.
///
/// - Complexity: About a hundred evaluations of O(n).
struct LatticeCeiling {
  private let lattice: PowerProblem
  private let bound: Double
  private let narrowest: Double

  /// Takes the number of steps of a grid and the error of the known quantizer.
  init(_ values: PowerValues, steps: Int, cost: Double) {
    lattice = PowerProblem(values, codes: -steps...steps, skipsHopeless: false)
    // The margins are larger than the rounding errors of errors, powers and bound.
    let norm = { CStandardLibrary.pow($0, 1 / values.power) }
    let root = norm(cost) * (1 + 1e-9) + norm(Double(values.count)) * 1e-14
    bound = CStandardLibrary.pow(root, values.power) + 1e-14 * lattice.energy
    // The hopeless scales of neighboring zero points differ by about 1 / steps. A fourth of that is
    // precise enough.
    narrowest = 1 / Double(4 * steps)
  }

  /// A scale of at least `least` above which every error is larger than that of the known quantizer.
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
