import _TestSupport
import Foundation
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import Testing

/// The certified optimum of formats whose levels are not integers, or whose scales are few.
@Suite struct FormatOptimumTests {
  private static let free =
    everyTable.map(\.description) + ["pot4", "levels[-1,-0.2,0,0.4,3]", "levels[0,1,5]"]
  private static let restricted =
    everyFormat.filter { $0.scaleFormat != .float32 }.map(\.description)
    + ["int8-narrow/scale:bfloat16"]

  private func lanes() throws -> [[Float]] {
    var samples = try TestSamples(seed: 12)
    return try (0..<12).map { try samples.shaped($0, count: [16, 33, 128, 700][$0 % 4]) }
  }

  private func tensor(
    _ values: [Float], _ shape: [Int], _ granularity: Granularity
  ) throws -> TensorLanes {
    let partition = try #require(LanePartition(shape: shape, granularity: granularity))
    return TensorLanes(values: values, partition: partition)
  }

  @Test("no scale of a dense scan has less error, nor less than the proven bound", arguments: free)
  func denseScan(text: String) throws {
    let format = try #require(CodeGrid(text))
    for values in try lanes() {
      let sample = SampleStatistics(values)
      let found = LeastSquares.solve(sample, on: format)
      #expect(found.lowerBound >= found.cost * (1 - 1e-9) - 1e-13 * sample.energy)
      let least = sample.squaredError(of: found.parameters)
      let covering = Double(QuantizationParameters(covering: sample.range, on: format).scale)
      for step in 0..<3000 where covering > 0 {
        let scale = covering * (0.02 + Double(step) / 1000)
        let error = sample.squaredError(of: QuantizationParameters(scale: scale, grid: format))
        // Float32 arithmetic of scale and reconstruction moves an error by some 1e-6 of itself.
        #expect(least <= error * (1 + 2e-6) + 1e-13 * sample.energy, "\(text) \(scale / covering)")
        #expect(found.lowerBound <= error * (1 + 2e-6) + 1e-13 * sample.energy)
      }
    }
  }

  @Test("of few scales none has less error", arguments: restricted)
  func enumeration(text: String) throws {
    let format = try #require(CodeGrid(text))
    for values in try lanes() {
      let sample = SampleStatistics(values)
      let found = LeastSquares.solve(sample, on: format)
      let least = sample.squaredError(of: found.parameters)
      #expect(found.parameters.grid == format)
      let covering = QuantizationParameters(covering: sample.range, on: format)
      let zeroPoints = format.family.scheme == .affine ? Array(format.codes) : [0]
      var tried: Set<QuantizationParameters> = []
      for step in 0..<400 {
        let scale = Double(covering.scale) * exp2(Double(step) / 50 - 6)
        for zeroPoint in zeroPoints {
          let other = QuantizationParameters(scale: scale, zeroPoint: zeroPoint, grid: format)
          guard tried.insert(other).inserted else { continue }
          let error = sample.squaredError(of: other)
          #expect(least <= error * (1 + 2e-6) + 1e-13 * sample.energy, "\(text) \(other)")
        }
      }
    }
  }

  @Test("sums by value are those over tails")
  func sums() throws {
    var samples = try TestSamples(seed: 8)
    for text in Self.free {
      let ladder = try #require(CodeGrid(text)?.family.table).ladder
      for count in [1, 2, 7, 63, 90] {
        let tails = SampleStatistics(try samples.shaped(count, count: count)).tails
        for scale in [0.001, 0.03, 0.4, 2] {
          let found = tails.parabola(scale: scale, ladder: ladder)
          var (linear, square) = (0.0, 0.0)
          for (side, levels) in [(tails.below, ladder.below), (tails.above, ladder.above)] {
            side.forEachTail(scale: scale, of: levels) { index, mass, sum in
              linear += levels.differences[index] * sum
              square += levels.squares[index] * mass
            }
          }
          // Both add the same products in another order.
          #expect(abs(found.linear - linear) <= 1e-12 * linear)
          #expect(abs(found.square - square) <= 1e-12 * square)
        }
      }
    }
  }

  @Test("a hand-computed optimum: two levels that the values fit")
  func byHand() throws {
    let format = try #require(CodeGrid("levels[0,1,5]"))
    let found = LeastSquares.solve(SampleStatistics([0.5, 2.5, 0.5, 0, 2.5]), on: format)
    #expect(found.parameters.scale == 0.5 && found.cost == 0)
    // Between 1 and 5 levels: 3 s splits; with codes 1, 5: s = (1 + 5 * 3) / 26, error 10 - 16^2/26.
    let split = LeastSquares.solve(SampleStatistics([1, 3]), on: format)
    #expect(abs(split.cost - (10 - 256.0 / 26)) < 1e-12)
    #expect(split.parameters.scale == Float(16.0 / 26))
  }

  @Test("a short lane, a sorted one and a table of moments agree")
  func threeWays() throws {
    var samples = try TestSamples(seed: 5)
    let values = try samples.shaped(2, count: 900)
    for text in Self.free + Self.restricted {
      let format = try #require(CodeGrid(text))
      var lane = ShortLane()
      lane.load(values.span)
      let short = lane.certificate(on: format)
      let long = SampleStatistics(values).tails.certificate(on: format)
      #expect(abs(short.cost - long.cost) <= 2e-9 * long.cost, "\(text)")
      var binned = SampleStatistics(
        shape: LaneShape(count: values.count, rowLength: 1), capacity: 100)
      binned.observe(values.span)
      binned.seal()
      let table = binned.certificate(on: format)
      #expect(table.lowerBound <= long.cost * (1 + 2e-9), "\(text)")
      #expect(abs(table.cost - long.cost) <= 1e-3 * long.cost, "\(text)")
    }
  }

  @Test("rules for any levels answer on every format; others refuse tables with a reason")
  func rules() throws {
    var samples = try TestSamples(seed: 3)
    let values = try samples.shaped(1, count: 256)
    for text in Self.free + Self.restricted {
      let format = try #require(CodeGrid(text))
      for descriptor in EstimatorRegistry.builtIn.descriptors {
        let rule = try EstimatorRegistry.builtIn.make(descriptor.identifier)
        var calibration = Calibration(try tensor(values, [16, 16], .tensor))
        do {
          let found = try calibration.parameters(of: rule.estimator, on: format)
          #expect(descriptor.takesAnyLevels || format.family.table == nil)
          #expect(found[0].scale.isNormal && found[0].scale > 0)
          #expect(try calibration.error(with: found).mse.isFinite)
        } catch EstimationError.notDefined(let reason) {
          #expect(!descriptor.takesAnyLevels || descriptor.breaks.contains(.everyGrid), "\(reason)")
        }
      }
    }
  }

  @Test("a block scale of E4M3 is below the scale of the tensor, as ModelOpt computes it")
  func twoLevels() throws {
    let format = try #require(CodeGrid("nvfp4"))
    let values: [Float] = [Float](repeating: 3, count: 16) + [Float](repeating: -0.5, count: 16)
    var calibration = Calibration(
      try tensor(values, [2, 16], .group(size: 16)))
    let found = try calibration.parameters(of: "minmax", on: format)
    let unit = Float(3.0 / (6 * 448))
    // Of the second block 0.5 / 6 / unit = 74.67, whose nearest E4M3 is 72.
    #expect(found.map(\.scale) == [448 * unit, 72 * unit])
    let optimum = try #require(try calibration.optimum(on: format))
    #expect(optimum.mse <= (try calibration.error(with: found).mse))
  }

  @Test("the OCP's power of two")
  func blocks() throws {
    let cases: [(String, Float, Float)] = [
      ("mxfp4", 7.9, 1), ("mxfp4", 8, 2), ("mxfp8-e4m3", 448, 1),
      ("mxfp6-e3m2", 0.5, 0x1p-5), ("int8-narrow/scale:power-of-two", 1.5, 0x1p-6),
    ]
    for (text, largest, scale) in cases {
      var calibration = Calibration(
        try tensor([largest, -0.1], [2], .tensor))
      let found = try calibration.parameters(of: "ocp-mx", on: try #require(CodeGrid(text)))
      #expect(found[0].scale == scale, "\(text) \(largest)")
    }
  }
}
