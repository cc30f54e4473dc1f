import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import TensorIO
import Testing

/// The certified least power of errors against dense scans that know nothing of it.
@Suite struct LeastPowersTests {
  /// The sum of |x - c s|^p over the nearest codes, written again here.
  private func cost(
    _ values: [Float], scale: Double, codes: ClosedRange<Int>, power: Double
  ) -> Double {
    values.reduce(0) { sum, value in
      let steps = (Double(value) / scale).rounded(.toNearestOrEven)
      let code = min(max(steps, Double(codes.lowerBound)), Double(codes.upperBound))
      return sum + pow(abs(Double(value) - code * scale), power)
    }
  }

  /// The least cost over scales from 1/400 of the largest magnitude to all of it.
  private func scan(_ values: [Float], codes: ClosedRange<Int>, power: Double) -> Double {
    let largest = values.reduce(0) { max($0, abs(Double($1))) }
    return (1...1200).map { point in
      cost(values, scale: largest * Double(point) / 1200, codes: codes, power: power)
    }.min() ?? .infinity
  }

  private func solve(
    _ values: [Float], _ power: Double, _ grid: CodeGrid
  ) -> (solution: LeastPowers.Solution, unit: Double) {
    let sample = SampleStatistics(values)
    let squares = LeastSquares.solve(sample, on: grid).parameters
    let solution = LeastPowers.solve(sample, power: power, on: grid, from: squares)
    return (solution, pow(solution.unit, power))
  }

  private static let tensors = ["student3_1e4", "laplace_1e3", "relu_gauss_1e5", "bimodal_1e4"]

  @Test("no scale undercuts the certificate of a zero point", arguments: [2.4, 3, 4], tensors)
  func fixedZero(power: Double, tensor: String) throws {
    let values = Array(try GoldenTensor.load(tensor).values.prefix(700))
    for family in [GridFamily.symmetricNarrow, .symmetricFull, .symmetricUnsigned] {
      for bits in [2, 4, 6] {
        let grid = try grid(family, bits)
        let (solution, unit) = solve(values, power, grid)
        let certificate = solution.certificate
        let scanned = scan(values, codes: grid.codes, power: power)
        #expect(certificate.lowerBound * unit <= scanned, "\(grid)")
        #expect(certificate.cost - certificate.lowerBound <= 1.01e-6 * certificate.cost, "\(grid)")
        // What is claimed of the scale is true of it.
        let own = cost(values, scale: certificate.scale, codes: grid.codes, power: power)
        #expect(abs(own - certificate.cost * unit) <= 1e-9 * own, "\(grid)")
      }
    }
  }

  @Test("no zero point of a short lane undercuts the certificate", arguments: [2.4, 3, 4], tensors)
  func everyZeroPoint(power: Double, tensor: String) throws {
    let values = Array(try GoldenTensor.load(tensor).values.prefix(64))
    for bits in [2, 3, 4] {
      let grid = try grid(.affineUnsigned, bits)
      let (solution, unit) = solve(values, power, grid)
      #expect(solution.isForAllZeroPoints)
      for below in 0...grid.steps {
        let scanned = scan(values, codes: -below...grid.steps - below, power: power)
        #expect(solution.certificate.lowerBound * unit <= scanned, "\(grid), \(below) below")
      }
    }
  }

  @Test("of a longer lane a few zero points are tried, and rarely is another better")
  func neighbors() throws {
    for tensor in Self.tensors + ["pos_shift_1e4", "lognormal_5e4", "uniform_1e4"] {
      let values = Array(try GoldenTensor.load(tensor).values.prefix(1500))
      let grid = try grid(.affineUnsigned, 4)
      let (solution, unit) = solve(values, 2.4, grid)
      #expect(!solution.isForAllZeroPoints)
      let scanned =
        (0...grid.steps).map {
          scan(values, codes: -$0...grid.steps - $0, power: 2.4)
        }.min() ?? 0
      // The scan of 1200 scales is itself above the least; nothing here is above it.
      #expect(solution.certificate.cost * unit <= scanned, "\(tensor)")
    }
  }

  @Test(
    "scales and zero points without hope are left out without a trace",
    arguments: [1, 2, 20, 63, 64, 65, 129])
  func hopeless(length: Int) throws {
    var samples = try TestSamples(seed: UInt64(length))
    var (fewer, all) = (0, 0)
    for shape in 0..<12 {
      let values = try samples.shaped(shape, count: length)
      guard values.contains(where: { $0 != 0 }) else { continue }
      let sample = SampleStatistics(values)
      for bits in [2, 4, 5, 8] {
        let grid = try grid(.affineUnsigned, bits)
        let start = LeastSquares.solve(sample, on: grid).parameters
        let found = LeastPowers.solve(sample, power: 2.4, on: grid, from: start)
        let plain = LeastPowers.solve(
          sample, power: 2.4, on: grid, from: start, skipsHopeless: false)
        #expect(found.parameters == plain.parameters, "shape \(shape), \(bits) bits")
        #expect(found.certificate.scale == plain.certificate.scale)
        #expect(found.certificate.cost == plain.certificate.cost)
        #expect(found.certificate.lowerBound <= found.certificate.cost)
        fewer += found.certificate.evaluations
        all += plain.certificate.evaluations
      }
    }
    #expect(fewer <= (length == 20 ? all / 2 : all))
  }

  @Test(
    "bounds of the sums of long lanes leave out no scale of the path to the answer",
    arguments: [0, 2, 4, 5, 8, 9, 10], [140_123, 14_011])
  func outlined(shape: Int, count: Int) throws {
    var samples = try TestSamples(seed: UInt64(shape))
    // Not a whole number of blocks, which are small ones only where there are few values in a step.
    let sample = SampleStatistics(try samples.shaped(shape, count: count))
    for (family, bits) in [
      (GridFamily.symmetricNarrow, 8), (.symmetricUnsigned, 4), (.affineUnsigned, 6),
      (.affineUnsigned, 4),
    ] {
      let grid = try grid(family, bits)
      let start = LeastSquares.solve(sample, on: grid).parameters
      guard start.condition == .ordinary else { continue }
      let found = LeastPowers.solve(sample, power: 2.4, on: grid, from: start)
      let plain = LeastPowers.solve(
        sample, power: 2.4, on: grid, from: start, skipsHopeless: false)
      #expect(found.parameters == plain.parameters, "\(grid)")
      #expect(found.certificate.scale == plain.certificate.scale)
      #expect(found.certificate.cost == plain.certificate.cost)
      #expect(found.certificate.lowerBound <= found.certificate.cost)
      // Where bounds are wide, as those of few values or of a lattice are, little is left out.
      if shape == 0, bits == 8, count > 100_000 {
        #expect(found.certificate.lowerBound >= plain.certificate.cost * (1 - 1e-3))
        #expect(found.certificate.evaluations * 2 < plain.certificate.evaluations, "\(grid)")
      }
    }
  }
}
