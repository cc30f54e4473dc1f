import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

/// The certified optimum over scales and all zero points against searches that know nothing of it.
@Suite struct ZeroPointSearchTests {
  /// The two ways to evaluate a lane: value by value, and from tails.
  private func certificates(of values: [Float], on grid: CodeGrid) -> [ScaleCertificate] {
    var lane = ShortLane()
    lane.load(values.span)
    return [lane.certificate(on: grid), SampleStatistics(values).tails.certificate(on: grid)]
  }

  /// The sum of squared errors, written again here.
  private func cost(_ values: [Float], _ scale: Double, below: Int, on grid: CodeGrid) -> Double {
    values.reduce(0) { sum, value in
      let steps = (Double(value) / scale).rounded(.toNearestOrEven)
      let code = min(max(steps, Double(-below)), Double(grid.steps - below))
      return sum + (Double(value) - code * scale) * (Double(value) - code * scale)
    }
  }

  /// Shapes of ``TestSamples`` and lanes of few different values.
  private func lane(_ shape: Int, count: Int) throws -> [Float] {
    var samples = try TestSamples(seed: UInt64(900 + 20 * count + shape))
    switch shape {
    case ..<12: return try samples.shaped(shape, count: count)
    case 12: return (0..<count).map { $0 % 3 == 0 ? -0.75 : 1.3 }
    case 13: return (0..<count).map { Float(($0 * 37) % 23 - 7) }
    default: return [-300] + (try samples.draw(count, from: .gaussian())) + [250]
    }
  }

  private func check(_ values: [Float], on grid: CodeGrid, _ name: String) {
    let energy = values.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard energy > 0 else { return }
    let exact = BreakpointSweep.leastCost(of: values, on: grid)
    for found in certificates(of: values, on: grid) {
      let rounding = 2e-14 * energy
      #expect(found.lowerBound <= exact + rounding, "\(name), \(grid): \(found)")
      #expect(found.cost <= exact * (1 + 1.01e-9) + rounding, "\(name), \(grid): \(found)")
      #expect(found.cost - found.lowerBound <= 1e-9 * found.cost + rounding, "\(name), \(grid)")
      let own = cost(values, found.scale, below: found.codesBelow, on: grid)
      #expect(own <= found.cost + rounding, "\(name), \(grid): \(own)")
    }
  }

  @Test(
    "no assignment of codes undercuts it, at awkward lengths",
    arguments: [1, 2, 3, 7, 9, 15, 16, 17, 31, 33, 65])
  func awkwardLengths(count: Int) throws {
    for shape in 0..<15 {
      let values = try lane(shape, count: count)
      for bits in 2...5 {
        check(values, on: try grid(.affineUnsigned, bits), "shape \(shape)")
      }
    }
  }

  @Test("no assignment of codes undercuts it, at 6 to 8 bits", arguments: 0..<15)
  func manyCodes(shape: Int) throws {
    for (bits, count) in [(6, 40), (7, 17), (8, 6)] {
      check(try lane(shape, count: count), on: try grid(.affineUnsigned, bits), "\(count) values")
    }
  }

  @Test("lanes of opposite values have the same optimum", arguments: 0..<15)
  func mirrored(shape: Int) throws {
    let values = try lane(shape, count: 129)
    let opposite = values.map { -$0 }
    for grid in [try grid(.affineUnsigned, 3), try grid(.affineUnsigned, 8)] {
      let all = certificates(of: values, on: grid) + certificates(of: opposite, on: grid)
      let energy = values.reduce(0.0) { $0 + Double($1) * Double($1) }
      for found in all {
        let allowed = 1.01e-9 * found.cost + 2e-14 * energy
        #expect(abs(found.cost - all[0].cost) <= allowed, "\(grid): \(found)")
      }
    }
  }

  /// Where not every scale is usable: the largest Float32 numbers and the least.
  @Test(
    "no usable scale of any zero point undercuts it near both ends of Float32",
    arguments: [Float.greatestFiniteMagnitude, 0x1p120, 0x1p-118, 0x1p-126, 0x1p-140], 0..<3)
  func endsOfFloat(largest: Float, shape: Int) throws {
    var values = try lane([0, 9, 14][shape], count: 12)
    let most = values.reduce(0) { max($0, abs($1)) }
    values = values.map { $0 / most * largest } + [-largest]
    let energy = values.reduce(0.0) { $0 + Double($1) * Double($1) }
    for bits in [2, 4, 8] {
      let grid = try grid(.affineUnsigned, bits)
      for found in certificates(of: values, on: grid) {
        let usable = UsableScales(codes: -found.codesBelow...grid.steps - found.codesBelow)
        // Where nothing is better than losing every value, the scale means nothing.
        #expect(found.cost == energy || usable.contains(found.scale), "\(grid): \(found)")
        let own = cost(values, found.scale, below: found.codesBelow, on: grid)
        #expect(own <= found.cost + 2e-14 * energy, "\(grid): \(own) \(found)")
        for below in 0...grid.steps {
          let usable = UsableScales(codes: -below...grid.steps - below)
          for point in 1...300 {
            let scale = Double(largest) * pow(0.98, Double(point - 1))
            guard usable.contains(scale) else { continue }
            let other = cost(values, scale, below: below, on: grid)
            #expect(other >= found.lowerBound - 2e-14 * energy, "\(grid): \(scale), \(below)")
          }
        }
      }
    }
  }

  /// There each zero point has usable scales of its own, and is searched for itself.
  @Test(
    "near the largest Float32 no usable scale of any zero point is better",
    arguments: [Float(1), 0.4, 0.25, 1e-3])
  func largest(share: Float) throws {
    let most = Float.greatestFiniteMagnitude
    let drawn = try lane(9, count: 11).map { abs($0) }
    // The second is best kept by three steps above zero, and would have the last beyond Float32; the
    // third by two steps that are too long for three.
    let above = [
      drawn.map { $0 / (drawn.max() ?? 1) }, [0.345, 0.345, 0.69, 0.69, 0.69, 1],
      [0.5, 0.5, 0.5, 1, 1, 1],
    ]
    let lanes = above.map { $0.map { $0 * most } + [-share * most] }
    for lane in lanes + lanes.map({ $0.map { -$0 } }) {
      let energy = lane.reduce(0.0) { $0 + Double($1) * Double($1) }
      for grid in [try grid(.affineUnsigned, 2), try grid(.affineUnsigned, 3)] {
        for found in certificates(of: lane, on: grid) {
          let codes = -found.codesBelow...grid.steps - found.codesBelow
          #expect(UsableScales(codes: codes).contains(found.scale), "\(grid): \(found)")
          for below in 0...grid.steps {
            let usable = UsableScales(codes: -below...grid.steps - below)
            for point in 0..<500 {
              let scale = Double(most) * pow(0.99, Double(point))
              guard usable.contains(scale) else { continue }
              let other = cost(lane, scale, below: below, on: grid)
              #expect(
                found.cost <= other * (1 + 1.01e-9) + 2e-14 * energy,
                "\(grid): \(found), \(scale), \(below)")
            }
          }
        }
      }
    }
  }

  /// Of zero points that are equally good.
  @Test("the zero point is the least that covers the values below zero", arguments: 0..<15)
  func covering(shape: Int) throws {
    for count in [7, 33, 129] {
      let values = try lane(shape, count: count)
      let (below, above) = (-Double(values.min() ?? 0), Double(values.max() ?? 0))
      guard below > 0, above > 0 else { continue }
      for grid in [try grid(.affineUnsigned, 4), try grid(.affineUnsigned, 6)] {
        for found in certificates(of: values, on: grid) {
          // Levels nearest to both ends leave others free, or there is no choice.
          let (low, high) = ((below / found.scale).rounded(), (above / found.scale).rounded())
          let most = grid.steps - Int(high)
          guard Int(low) <= most else { continue }
          let used = Double(Float(found.scale))
          let least = (Int(low)...most).first { Double($0) * used >= below } ?? most
          #expect(found.codesBelow == least, "\(count) values, \(grid): \(found)")
        }
      }
    }
  }
}
