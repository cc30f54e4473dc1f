import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

/// The least squared error when values count differently.
@Suite struct WeightedOracleTests {
  @Test("weights of one are no weights", arguments: 0..<12)
  func equalWeights(shape: Int) throws {
    var samples = try TestSamples(seed: UInt64(700 + shape))
    let values = try samples.shaped(shape, count: 900)
    let tails = SidedTails(values, weights: values.map { _ in 1 })
    for grid in grids(bits: [2, 4, 8]) {
      let found = tails.certificate(on: grid)
      let plain = SampleStatistics(values).certificate(on: grid)
      #expect(abs(found.cost - plain.cost) <= 1e-9 * plain.cost + 1e-13 * tails.energy, "\(grid)")
    }
  }

  @Test("a whole weight is that many copies of the value", arguments: 0..<12)
  func copies(shape: Int) throws {
    var samples = try TestSamples(seed: UInt64(720 + shape))
    let values = try samples.shaped(shape, count: 200)
    let weights = values.indices.map { $0 % 4 }
    let copies = zip(values, weights).flatMap { [Float](repeating: $0, count: $1) }
    let tails = SidedTails(values, weights: weights.map { Float($0) })
    for grid in grids(bits: [2, 4, 8]) {
      let found = tails.certificate(on: grid)
      let plain = SampleStatistics(copies).certificate(on: grid)
      #expect(abs(found.cost - plain.cost) <= 1e-9 * plain.cost + 1e-13 * tails.energy, "\(grid)")
    }
  }

  @Test("no scale of a dense scan has a smaller weighted error", arguments: 0..<12)
  func denseScan(shape: Int) throws {
    var samples = try TestSamples(seed: UInt64(740 + shape))
    let values = try samples.shaped(shape, count: 300)
    let weights = try samples.draw(values.count, from: .exponential())
    let tails = SidedTails(values, weights: weights)
    func cost(_ scale: Double, _ codes: ClosedRange<Int>) -> Double {
      zip(values, weights).reduce(0) { sum, point in
        let value = Double(point.0)
        let code = (value / scale).rounded(.toNearestOrEven)
        let error =
          value - scale * min(max(code, Double(codes.lowerBound)), Double(codes.upperBound))
        return sum + Double(point.1) * error * error
      }
    }
    let largest = values.reduce(0.0) { max($0, Double(abs($1))) }
    for grid in grids(bits: [2, 3, 6]) {
      let found = tails.certificate(on: grid)
      let codes = -found.codesBelow...(grid.steps - found.codesBelow)
      let slack = 1e-12 * tails.energy
      // The cost is that of the scale, and no other scale, on any zero point, is below the bound.
      #expect(abs(cost(found.scale, codes) - found.cost) <= slack, "\(grid)")
      let zeroPoints =
        grid.family.scheme == .affine ? Array(0...grid.steps) : [-grid.codes.lowerBound]
      for below in zeroPoints {
        for step in 1...400 {
          let scale = largest * Double(step) / 400
          #expect(cost(scale, -below...(grid.steps - below)) >= found.lowerBound - slack, "\(grid)")
        }
      }
    }
  }
}
