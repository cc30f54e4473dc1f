import QuantizationCore
import QuantizationKernels
import RangeEstimation
import Testing

/// The example of the README, as it stands there.
@Suite struct LibraryExampleTests {
  @Test("a tensor becomes codes in three lines")
  func readme() throws {
    let eightBits = try #require(BitWidth(8))
    let partition = try #require(LanePartition(shape: [2, 3], granularity: .channel(axis: 0)))
    // README begin
    let values: [Float] = [0.1, -0.4, 0.25, 0.9, -0.7, 0.05]  // two channels of three
    let grid = CodeGrid(.symmetricNarrow, bits: eightBits)

    var calibration = Calibration(TensorLanes(values: values, partition: partition))
    let parameters = try calibration.parameters(of: "mse", on: grid)
    let codes: [Int8] = partition.quantize(values, with: parameters)
    // README end

    // Both channels lie on a lattice of 0.05, so its parts are steps without error. The tightest
    // ranges have the smallest of these that reach the ends: 0.05 / 15 and 0.05 / 7.
    #expect(codes == [30, -120, 75, 126, -98, 7])
    #expect(try calibration.error(with: parameters).mse < 1e-14)
  }
}
