import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

/// The optimum of a law of variance 1, from closed-form partial moments.
struct ReferenceOptimum: Sendable {
  let bits: Int
  /// The magnitude of the outermost level.
  let alpha: Double
  let mse: Double

  init(_ bits: Int, _ alpha: Double, _ mse: Double) {
    (self.bits, self.alpha, self.mse) = (bits, alpha, mse)
  }
}

/// The oracle on whole distributions: points dense enough to be one, each weighted by the
/// probability around it.
///
/// A sample of equally likely points would lose the tail of a Student-t, whose last point stands for
/// a third of the clipping error; with weights the points reach as far as the tail does.
@Suite struct ReferenceOptimaTests {
  /// The middles of cells of width 10^-5 up to 5, then of 4 10^-5 of their distance up to 10^7,
  /// each with its probability: the width of cells moves no number of the tables by 10^-4.
  private static func half(
    of law: Distribution, sigma: Double = 1
  ) throws -> (points: [Float], weights: [Float]) {
    var edges = (0...500_000).map { 1e-5 * Double($0) }
    while edges[edges.count - 1] < 1e7 { edges.append(edges[edges.count - 1] * 1.00004) }
    // P(X <= -x) keeps its digits in the tail, where 1 - P(X <= x) has lost them.
    let tails = try edges.map { try law.cumulativeProbability(at: -$0 * sigma) }
    return (
      zip(edges, edges.dropFirst()).map { Float(($0 + $1) / 2) },
      zip(tails, tails.dropFirst()).map { Float(max(0, $0 - $1)) }
    )
  }

  private func check(
    _ tails: SidedTails, on family: GridFamily, share: Double = 1, _ table: [ReferenceOptimum]
  ) throws {
    for row in table {
      let grid = try grid(family, row.bits)
      let found = tails.certificate(on: grid)
      let top = max(found.codesBelow, grid.steps - found.codesBelow)
      let alpha = found.scale * Double(top)
      #expect(abs(found.cost / share / row.mse - 1) <= 1e-4, "\(grid): \(found.cost / share)")
      #expect(abs(alpha / row.alpha - 1) <= 1e-4, "\(grid): \(alpha)")
      #expect(found.cost - found.lowerBound <= 1e-9 * found.cost, "\(grid)")
    }
  }

  private func checkNarrow(
    _ law: Distribution, sigma: Double = 1, _ table: [ReferenceOptimum]
  ) throws {
    // The narrow grid does not see signs: half of the law has half of the error.
    let (points, weights) = try Self.half(of: law, sigma: sigma)
    try check(SidedTails(points, weights: weights), on: .symmetricNarrow, share: 0.5, table)
  }

  @Test("a Gaussian on the narrow grid")
  func gaussian() throws {
    try checkNarrow(
      .gaussian(),
      [
        .init(2, 1.224006, 1.901740e-1), .init(3, 1.952309, 4.685997e-2),
        .init(4, 2.473879, 1.288939e-2), .init(5, 2.898728, 3.693220e-3),
        .init(6, 3.270115, 1.069289e-3), .init(7, 3.607461, 3.086218e-4),
        .init(8, 3.920501, 8.830803e-5),
      ])
  }

  @Test("a Laplace law on the narrow grid")
  func laplace() throws {
    try checkNarrow(
      .laplace(scale: 0.5.squareRoot()),
      [
        .init(2, 1.414214, 2.642411e-1), .init(3, 2.465258, 8.308652e-2),
        .init(4, 3.408195, 2.739522e-2), .init(5, 4.311964, 9.085129e-3),
        .init(6, 5.203308, 2.979515e-3), .init(7, 6.093729, 9.599429e-4),
        .init(8, 6.988090, 3.033017e-4),
      ])
  }

  @Test("a logistic law on the narrow grid")
  func logistic() throws {
    try checkNarrow(
      .logistic(scale: 3.0.squareRoot() / .pi),
      [
        .init(2, 1.262052, 2.307370e-1), .init(3, 2.180928, 6.562837e-2),
        .init(4, 2.961315, 2.042344e-2), .init(5, 3.687013, 6.537335e-3),
        .init(6, 4.393166, 2.093404e-3), .init(7, 5.094294, 6.628064e-4),
        .init(8, 5.796408, 2.066128e-4),
      ])
  }

  @Test("a Student-t law of 3 degrees of freedom on the narrow grid")
  func studentT() throws {
    try checkNarrow(
      .studentT(degreesOfFreedom: 3), sigma: 3.0.squareRoot(),
      [
        .init(2, 1.320137, 4.146195e-1), .init(3, 2.809714, 2.185054e-1),
        .init(4, 4.969080, 1.265139e-1), .init(5, 8.283620, 7.647803e-2),
        .init(6, 13.46092, 4.720418e-2), .init(7, 21.61151, 2.943584e-2),
        .init(8, 34.49654, 1.844934e-2),
      ])
  }

  @Test("a uniform law on the narrow grid")
  func uniform() throws {
    let end = 3.0.squareRoot()
    try checkNarrow(
      .uniform(lower: -end, upper: end),
      [
        .init(2, 1.154701, 1.111111e-1), .init(3, 1.484615, 2.040816e-2),
        .init(4, 1.616581, 4.444444e-3), .init(5, 1.676178, 1.040583e-3),
        .init(6, 1.704558, 2.519526e-4), .init(7, 1.718413, 6.200012e-5),
        .init(8, 1.725258, 1.537870e-5),
      ])
  }

  @Test("a Gaussian on the full grid")
  func full() throws {
    let (points, weights) = try Self.half(of: .gaussian())
    try check(
      SidedTails(points + points.map { -$0 }, weights: weights + weights), on: .symmetricFull,
      [
        .init(2, 2.096771, 1.494311e-1), .init(3, 2.407297, 4.063825e-2),
        .init(4, 2.708863, 1.186404e-2), .init(5, 3.020676, 3.525959e-3),
        .init(6, 3.333742, 1.042853e-3), .init(7, 3.640790, 3.045785e-4),
        .init(8, 3.937994, 8.770692e-5),
      ])
  }

  @Test("a half-normal and an exponential law on unsigned codes: one bit more than both sides")
  func oneSided() throws {
    let normal = try Self.half(of: .gaussian())
    try check(
      SidedTails(normal.points, weights: normal.weights), on: .affineUnsigned, share: 0.5,
      [
        .init(2, 1.952309, 4.685997e-2), .init(7, 3.920501, 8.830803e-5),
        .init(8, 4.214679, 2.500806e-5),
      ])
    let laplace = try Self.half(of: .laplace(scale: 0.5.squareRoot()))
    try check(
      SidedTails(laplace.points, weights: laplace.weights), on: .affineUnsigned, share: 0.5,
      [
        .init(3, 3.408195, 2.739522e-2), .init(7, 6.988090, 3.033017e-4),
        .init(8, 7.888160, 9.403273e-5),
      ])
  }
}
