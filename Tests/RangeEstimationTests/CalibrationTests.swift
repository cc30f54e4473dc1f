import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ScientificMath
import Testing

@Suite struct CalibrationTests {
  /// Each with the lengths of a lane along the three axes.
  private static let granularities: [(Granularity, lengths: [Int])] = [
    (.tensor, [3, 4, 5]), (.channel(axis: 0), [1, 4, 5]), (.channel(axis: 1), [3, 1, 5]),
    (.channel(axis: 2), [3, 4, 1]), (.group(size: 2), [1, 1, 2]), (.group(size: 3), [1, 1, 3]),
    (.group(size: 100), [1, 1, 100]), (.group(size: 3, axis: 1), [1, 3, 1]),
    (.block([.size(2), .size(2)]), [1, 2, 2]), (.block([.size(3), .size(5)]), [1, 3, 5]),
    (.block([.size(2), .size(3), .size(2)]), [2, 3, 2]), (.block([.all, .size(2)]), [1, 4, 2]),
    (.block([.all, .size(2), .all]), [3, 2, 5]),
  ]
  private let shape = [3, 4, 5]

  private func tensor() throws -> [Float] {
    var samples = try TestSamples(seed: 5)
    return try samples.draw(60, from: .laplace())
  }

  /// The flat indices of each lane, from coordinates instead of runs.
  private func slices(_ lengths: [Int]) -> [[Int]] {
    let lanes = Dictionary(grouping: 0..<60) { place in
      zip([place / 20, place / 5 % 4, place % 5], lengths).map { $0 / $1 }
    }
    return lanes.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  @Test("lanes are the naive slices of the tensor, in order", arguments: granularities)
  func slicing(granularity: Granularity, lengths: [Int]) throws {
    let values = try tensor()
    let lanes = TensorLanes(
      values: values,
      partition: try #require(LanePartition(shape: shape, granularity: granularity)))
    var found: [[Float]] = []
    try lanes.forEachSpan { index, span in
      #expect(index == found.count)
      found.append(span.withUnsafeBufferPointer { Array($0) })
    }
    #expect(found == slices(lengths).map { $0.map { values[$0] } })
    #expect(found.indices.map { lanes.shape(ofLane: $0).count } == found.map(\.count))
  }

  @Test("each lane gets the quantizer of its own values", arguments: granularities)
  func parameters(granularity: Granularity, lengths: [Int]) throws {
    let values = try tensor()
    let grid = try grid(.affineUnsigned, 4)
    var calibration = Calibration(
      TensorLanes(
        values: values,
        partition: try #require(LanePartition(shape: shape, granularity: granularity))))
    let estimator = try EstimatorRegistry.builtIn.parse("mse").estimator
    let found = try calibration.parameters(of: estimator, on: grid)
    let expected = slices(lengths).map { lane in
      LeastSquares.solve(SampleStatistics(lane.map { values[$0] }), on: grid).parameters
    }
    #expect(found == expected)
    #expect(try calibration.parameters(of: estimator, on: grid) == expected)
  }

  @Test(
    "codes and errors are those of each value with its lane's quantizer", arguments: granularities)
  func quantization(granularity: Granularity, lengths: [Int]) throws {
    let values = try tensor()
    let partition = try #require(LanePartition(shape: shape, granularity: granularity))
    let grid = try grid(.affineSigned, 8)
    var calibration = Calibration(TensorLanes(values: values, partition: partition))
    let estimator = try EstimatorRegistry.builtIn.parse("minmax").estimator
    let parameters = try calibration.parameters(of: estimator, on: grid)
    let codes: [Int8] = partition.quantize(values, with: parameters)
    var squaredError = 0.0
    for (lane, places) in slices(lengths).enumerated() {
      for place in places {
        #expect(Int(codes[place]) == parameters[lane].code(of: values[place]))
        let error = Double(values[place] - parameters[lane].reconstruction(of: values[place]))
        squaredError += error * error
      }
    }
    let sums = try calibration.error(with: parameters)
    #expect(sums.count == 60)
    // Squares are rounded to Float32 before they are added.
    #expect(abs(sums.squaredError / squaredError - 1) <= 1e-6)
  }

  @Test("values that are not finite are left out of their lanes and get the zero point")
  func nonFinite() throws {
    let values: [Float] = [1, .nan, -2, .infinity, 4, 0.5]
    let partition = try #require(LanePartition(shape: [2, 3], granularity: .channel(axis: 0)))
    let grid = try grid(.affineUnsigned, 8)
    var calibration = Calibration(
      TensorLanes(values: values, partition: partition, dropsNonFinite: true))
    let estimator = try EstimatorRegistry.builtIn.parse("minmax").estimator
    let found = try calibration.parameters(of: estimator, on: grid)
    let expected = [ClippingRange(-2, 1), ClippingRange(0.5, 4)].map {
      QuantizationParameters(covering: $0, on: grid)
    }
    #expect(found == expected)
    #expect(try calibration.error(with: found).count == 4)
    let codes: [UInt8] = partition.quantize(values, with: found)
    #expect(Int(codes[1]) == found[0].zeroPoint && Int(codes[3]) == found[1].zeroPoint)
  }

  @Test("a lane that is empty after dropping is degenerate")
  func emptyLane() throws {
    let partition = try #require(LanePartition(shape: [2, 2], granularity: .channel(axis: 0)))
    for text in ["minmax", "percentile[p=99]", "mse", "kl", "cross-entropy"] {
      var calibration = Calibration(
        TensorLanes(values: [.nan, .infinity, 1, 2], partition: partition, dropsNonFinite: true))
      let estimator = try EstimatorRegistry.builtIn.parse(text).estimator
      let found = try calibration.parameters(of: estimator, on: try grid(.symmetricNarrow, 8))
      #expect(found.map(\.condition) == [.degenerate, .ordinary], "\(text)")
    }
  }

  @Test("the optimum comes with its quantizers, and the rule that picks it has the same")
  func optimalQuantizers() throws {
    let values = (0..<600).map { Float($0 % 37) - 0.03 * Float($0) }
    for granularity in [Granularity.tensor, .channel(axis: 0)] {
      let partition = try #require(LanePartition(shape: [3, 200], granularity: granularity))
      let grid = try grid(.affineUnsigned, 4)
      var calibration = Calibration(TensorLanes(values: values, partition: partition))
      let optimum = try #require(try calibration.optimum(on: grid))
      #expect(optimum.parameters.count == partition.count)
      #expect(try calibration.error(with: optimum.parameters).mse == optimum.mse)
      #expect(try calibration.parameters(of: "mse", on: grid) == optimum.parameters)
    }
    let picking = EstimatorRegistry.builtIn.descriptors.filter(\.picksOptimum).map(\.identifier)
    #expect(picking == ["mse"])
  }
}
