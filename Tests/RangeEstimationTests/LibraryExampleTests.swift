import QuantizationCore
import QuantizationKernels
import RangeEstimation
import Testing

/// The example of the README, as it stands there.
@Suite struct LibraryExampleTests {
  @Test("a tensor becomes codes in a few lines")
  func readme() throws {
    let values: [Float] = [0.1, -0.4, 0.25, 0.9, -0.7, 0.05]
    let grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(8)))
    let partition = try #require(LanePartition(shape: [2, 3], granularity: .channel(axis: 0)))

    // README: begin
    var calibration = Calibration(TensorLanes(values: values, partition: partition))
    let estimator = try EstimatorRegistry.builtIn.parse("mse").estimator
    let parameters = try calibration.parameters(of: estimator, on: grid)
    let codes: [Int8] = partition.quantize(values, with: parameters)
    let mse = try calibration.error(with: parameters).mse
    // README: end

    // Steps of 1/140 and 1/120 keep these decimals to the rounding of Float32.
    #expect(codes == [14, -56, 35, 108, -84, 6])
    #expect(mse < 1e-14)
  }
}
