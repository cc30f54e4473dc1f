import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ScientificMath
import Testing

@Suite struct CalibrationTests {
  private static let granularities = [
    Granularity.tensor, .channel(axis: 0), .channel(axis: 1), .channel(axis: 2), .group(size: 2),
    .group(size: 3), .group(size: 100),
  ]
  private let shape = [3, 4, 5]

  private func tensor() throws -> [Float] {
    var samples = try TestSamples(seed: 5)
    return try samples.draw(60, from: .laplace())
  }

  /// The flat indices of each lane, from coordinates instead of runs.
  private func slices(_ granularity: Granularity) -> [[Int]] {
    let places = Array(0..<60)
    switch granularity {
    case .tensor: return [places]
    case .channel(let axis):
      return (0..<shape[axis]).map { channel in
        places.filter { [$0 / 20, $0 / 5 % 4, $0 % 5][axis] == channel }
      }
    case .group(let size, let axis):
      let cut = axis < 0 ? axis + 3 : axis
      let blocks = Dictionary(grouping: places) { place in
        var block = [place / 20, place / 5 % 4, place % 5]
        block[cut] /= size
        return block
      }
      return blocks.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }
  }

  @Test("lanes are the naive slices of the tensor, in order", arguments: granularities)
  func slicing(granularity: Granularity) throws {
    let values = try tensor()
    let lanes = TensorLanes(
      values: values,
      partition: try #require(LanePartition(shape: shape, granularity: granularity)))
    var found: [[Float]] = []
    try lanes.forEachSpan { index, span in
      #expect(index == found.count)
      found.append(span.withUnsafeBufferPointer { Array($0) })
    }
    #expect(found == slices(granularity).map { $0.map { values[$0] } })
    #expect(found.indices.map { lanes.shape(ofLane: $0).count } == found.map(\.count))
  }

  @Test("each lane gets the quantizer of its own values", arguments: granularities)
  func parameters(granularity: Granularity) throws {
    let values = try tensor()
    let grid = try grid(.affineUnsigned, 4)
    var calibration = Calibration(
      TensorLanes(
        values: values,
        partition: try #require(LanePartition(shape: shape, granularity: granularity))))
    let estimator = try EstimatorRegistry.builtIn.parse("mse").estimator
    let found = try calibration.parameters(of: estimator, on: grid)
    let expected = slices(granularity).map { lane in
      LeastSquares.solve(SampleStatistics(lane.map { values[$0] }), on: grid).parameters
    }
    #expect(found == expected)
    #expect(try calibration.parameters(of: estimator, on: grid) == expected)
  }

  @Test(
    "codes and errors are those of each value with its lane's quantizer", arguments: granularities)
  func quantization(granularity: Granularity) throws {
    let values = try tensor()
    let partition = try #require(LanePartition(shape: shape, granularity: granularity))
    let grid = try grid(.affineSigned, 8)
    var calibration = Calibration(TensorLanes(values: values, partition: partition))
    let estimator = try EstimatorRegistry.builtIn.parse("minmax").estimator
    let parameters = try calibration.parameters(of: estimator, on: grid)
    let codes: [Int8] = partition.quantize(values, with: parameters)
    var squaredError = 0.0
    for (lane, places) in slices(granularity).enumerated() {
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
}
