import _TestSupport
import QuantizationCore
import RangeEstimation
import Testing

@Suite struct ScaleSearchTests {
  /// Compares one problem with the sweep over all its breakpoints.
  private func check(_ values: [Float], on grid: CodeGrid, _ name: Comment) {
    let sample = SampleStatistics(values)
    let found = sample.certificate(on: grid, tolerance: 1e-13)
    let exact = BreakpointSweep.leastCost(of: values, on: grid)
    // The search does not pursue 1e-14 of the energy, and both sides subtract numbers as large as
    // the energy after up to some ten thousand additions.
    let slack = 1e-12 * exact + 1e-13 * sample.energy
    #expect(abs(found.cost - exact) <= slack, name)
    #expect(found.lowerBound <= exact + slack, name)
    #expect(found.lowerBound <= found.cost, name)
  }

  @Test(
    "at 2 to 4 bits the search finds what a sweep over all breakpoints finds", arguments: 0..<12)
  func sweep(shape: Int) throws {
    for grid in grids(bits: [2, 3, 4]) {
      for (seed, count) in [(1, 2), (2, 11), (3, 60), (4, 150)] {
        var samples = try TestSamples(seed: UInt64(100 * seed + shape))
        let values = try samples.shaped(shape, count: count)
        check(values, on: grid, "\(grid.family) \(grid.bits) bits, shape \(shape), \(count) values")
      }
    }
  }

  @Test("so it does at 8 bits", arguments: 0..<12)
  func sweepAtEightBits(shape: Int) throws {
    for grid in grids(bits: [8]) {
      var samples = try TestSamples(seed: UInt64(900 + shape))
      let values = try samples.shaped(shape, count: grid.family.scheme == .affine ? 6 : 40)
      check(values, on: grid, "\(grid.family) 8 bits, shape \(shape)")
    }
  }

  @Test(
    "the certificate is closed, and its cost is that of its scale and zero point", arguments: 0..<12
  )
  func certificate(shape: Int) throws {
    for grid in grids(bits: [2, 4, 8]) {
      for count in [1, 3, 100, 3000] {
        var samples = try TestSamples(seed: UInt64(1000 * shape + count))
        let values = try samples.shaped(shape, count: count)
        let sample = SampleStatistics(values)
        let found = sample.certificate(on: grid)
        let name: Comment = "\(grid.family) \(grid.bits) bits, shape \(shape), \(count) values"
        // Differences below 1e-14 of the energy are rounding and are not pursued.
        let gap = 1e-9 * found.cost + 1e-14 * sample.energy
        #expect(found.lowerBound <= found.cost, name)
        #expect(found.cost - found.lowerBound <= gap, name)
        guard found.scale > 0 else {
          // Nothing that the grid can represent: all of the energy, summed in another order.
          #expect(abs(found.cost - sample.energy) <= 1e-13 * sample.energy, name)
          continue
        }
        let low = Double(-found.codesBelow)
        let high = Double(grid.steps - found.codesBelow)
        let direct = values.reduce(0.0) { sum, value in
          let code = (Double(value) / found.scale).rounded(.toNearestOrEven)
          let error = Double(value) - found.scale * min(max(code, low), high)
          return sum + error * error
        }
        // Energy minus fit cancels: 3000 additions of 2^-53 of the energy each.
        let slack = 1e-12 * sample.energy
        #expect(direct <= found.cost + slack && direct >= found.lowerBound - slack, name)
      }
    }
  }

  @Test("the search ends soon: a certificate takes hundreds of evaluations, not thousands")
  func evaluations() throws {
    var samples = try TestSamples(seed: 77)
    for shape in 0..<12 {
      let sample = SampleStatistics(try samples.shaped(shape, count: 10_000))
      for grid in grids(bits: [2, 4, 8]) {
        let found = sample.certificate(on: grid)
        #expect(found.evaluations < 2500, "\(grid.family) \(grid.bits) bits, shape \(shape)")
      }
    }
  }
}
