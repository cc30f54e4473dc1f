import Foundation
import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

/// The optimum of a law of variance 1 on the narrow grid, from closed-form partial moments.
struct ReferenceOptimum: Sendable {
  let bits: Int
  /// The top level, scale times the largest code.
  let alpha: Double
  let mse: Double

  init(_ bits: Int, _ alpha: Double, _ mse: Double) {
    (self.bits, self.alpha, self.mse) = (bits, alpha, mse)
  }
}

@Suite struct ReferenceOptimaTests {
  /// How much of the clipping error a quantile-spaced sample misses, given the number of points
  /// beyond the top level on one side.
  ///
  /// Cells are as good as a midpoint rule but for the last one, whose mass sits at its median
  /// instead of reaching on. With a tail like exp(-x) that is (0.3 ln n + 0.8) / n of E(x - a)^2,
  /// with one like x^-3 it is 1.4 n^(-1/3): no sample has the tail of a Student-t. Both are leading
  /// terms, good to a tenth; a Gaussian's tail falls faster and misses less.
  private enum Tail {
    case none, exponential, cubic

    func missing(beyond points: Int) -> Double {
      let n = Double(points)
      return switch self {
      case .none: 0
      case .exponential: (0.31 * log(n) + 1) / n
      case .cubic: 1.45 / cbrt(n)
      }
    }
  }

  private func check(
    _ law: Distribution, tail: Tail, sigma: Double = 1, count: Int = 250_000,
    _ table: [ReferenceOptimum]
  ) throws {
    // The upper half of a quantile-spaced sample: the narrow grid does not see signs.
    let sample = SampleStatistics(
      try (0..<count).map { index in
        Float(try law.quantile(0.5 + (Double(index) + 0.5) / Double(2 * count)) / sigma)
      })
    for row in table {
      let grid = try grid(.symmetricNarrow, row.bits)
      let found = LeastSquares.certificate(of: sample, on: grid)
      let alpha = found.scale * Double(grid.maximumCode)
      let rank = sample.above.rank(of: alpha)
      let clipped = (rank..<sample.above.count).reduce(0.0) {
        $0 + (sample.above[$1] - alpha) * (sample.above[$1] - alpha)
      }
      let missing = tail.missing(beyond: sample.above.count - rank) * clipped / found.cost
      let excess = found.cost / Double(count) / row.mse - 1
      // Inner cells of so many points: below 1e-5, and seven digits in the table.
      #expect(excess <= 1e-5 && excess >= -1e-5 - 1.1 * missing, "\(row.bits) bits: \(excess)")
      // A lost tail pulls the top level down, by less than it lowers the error.
      let pull = 1e-4 + missing / 3
      #expect(abs(alpha / row.alpha - 1) <= pull, "\(row.bits) bits: \(alpha)")
    }
  }

  @Test("a Gaussian")
  func gaussian() throws {
    try check(
      .gaussian(), tail: .exponential,
      [
        .init(2, 1.224006, 1.901740e-1), .init(3, 1.952309, 4.685997e-2),
        .init(4, 2.473879, 1.288939e-2), .init(5, 2.898728, 3.693220e-3),
        .init(6, 3.270115, 1.069289e-3), .init(7, 3.607461, 3.086218e-4),
        .init(8, 3.920501, 8.830803e-5),
      ])
  }

  @Test("a Laplace law")
  func laplace() throws {
    try check(
      .laplace(scale: 0.5.squareRoot()), tail: .exponential,
      [
        .init(2, 1.414214, 2.642411e-1), .init(3, 2.465258, 8.308652e-2),
        .init(4, 3.408195, 2.739522e-2), .init(5, 4.311964, 9.085129e-3),
        .init(6, 5.203308, 2.979515e-3), .init(7, 6.093729, 9.599429e-4),
        .init(8, 6.988090, 3.033017e-4),
      ])
  }

  @Test("a logistic law")
  func logistic() throws {
    try check(
      .logistic(scale: 3.0.squareRoot() / .pi), tail: .exponential,
      [
        .init(2, 1.262052, 2.307370e-1), .init(3, 2.180928, 6.562837e-2),
        .init(4, 2.961315, 2.042344e-2), .init(5, 3.687013, 6.537335e-3),
        .init(6, 4.393166, 2.093404e-3), .init(7, 5.094294, 6.628064e-4),
        .init(8, 5.796408, 2.066128e-4),
      ])
  }

  @Test("a Student-t law of 3 degrees of freedom, as far as a sample has its tail")
  func studentT() throws {
    try check(
      .studentT(degreesOfFreedom: 3), tail: .cubic, sigma: 3.0.squareRoot(), count: 20_000,
      [
        .init(2, 1.320137, 4.146195e-1), .init(3, 2.809714, 2.185054e-1),
        .init(4, 4.969080, 1.265139e-1),
      ])
  }

  @Test("a uniform law")
  func uniform() throws {
    let end = 3.0.squareRoot()
    try check(
      .uniform(lower: -end, upper: end), tail: .none, count: 100_000,
      [
        .init(2, 1.154701, 1.111111e-1), .init(3, 1.484615, 2.040816e-2),
        .init(4, 1.616581, 4.444444e-3), .init(5, 1.676178, 1.040583e-3),
        .init(6, 1.704558, 2.519526e-4), .init(7, 1.718413, 6.200012e-5),
        .init(8, 1.725258, 1.537870e-5),
      ])
  }
}
