import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import Testing

/// Worked example 6: twenty ordinary values and one outlier, affine uint8.
@Suite struct OutlierExampleTests {
  private let ordinary: [Float] = [
    -45, -38, -30, -22, -15, -9, -4, 1, 7, 13, 20, 28, 37, 49, 63, 78, 95, 113, 132, 150,
  ]

  private func measured(
    upper: Double
  ) throws -> (parameters: QuantizationParameters, all: ErrorSums, ordinary: ErrorSums) {
    let parameters = QuantizationParameters(
      covering: ClippingRange(-45, upper), on: try grid(.affineUnsigned, 8))
    let all = ordinary + [1000]
    return (
      parameters, Kernels.measureError(of: all.span, with: parameters),
      Kernels.measureError(of: ordinary.span, with: parameters)
    )
  }

  @Test("min-max takes a step of 4.1 and costs ordinary values up to half of it")
  func minmax() throws {
    let (parameters, all, ordinary) = try measured(upper: 1000)
    #expect(parameters.scale == Float(1045.0 / 255))
    #expect(parameters.zeroPoint == 11)
    // Real zero at code 11 instead of 10.98 leaves 999.92 as the upper end.
    #expect(all.clippedCount == 1)
    #expect(all.clippingMSE < 0.0003)
    #expect(ordinary.maximumError > 1.5 && ordinary.maximumError <= 2.05)
    #expect(all.roundingMSE > 0.9)
  }

  @Test("a range for the ordinary values keeps the step below 0.8 and clips the outlier")
  func clipped() throws {
    let (parameters, all, ordinary) = try measured(upper: 150)
    #expect(parameters.scale == Float(195.0 / 255))
    #expect(parameters.scale < 0.8)
    // The outlier, and 150 by the rounding of the zero point.
    #expect(all.clippedCount == 2)
    #expect(ordinary.clippingMSE < 0.001)
    #expect(ordinary.maximumError <= 0.383)
    // 850 off, give or take half a step of the upper end.
    #expect(abs((all.clippingMSE * 21).squareRoot() - 850) <= 0.4)
    #expect(all.roundingMSE < 0.07)
  }

  @Test("a percentile that leaves one of 21 values out clips it, and the errors split accordingly")
  func percentile() throws {
    let values = ordinary + [1000]
    let sample = SampleStatistics(values)
    let grid = try grid(.affineUnsigned, 8)
    let estimator = PercentileEstimator(
      try EstimatorArguments(["p": .number(95)], for: PercentileEstimator.descriptor))
    let found = try estimator.parameters(from: sample, on: grid)
    // Ranks 1 and 19 of 0...20: -38 and 150.
    #expect(found == QuantizationParameters(covering: ClippingRange(-38, 150), on: grid))
    let sums = Kernels.measureError(of: values.span, with: found)
    #expect(sums.clippedCount >= 2)
    #expect(sums.clippingMSE > 1000 * sums.roundingMSE)
    #expect(abs(sums.mse / (sums.clippingMSE + sums.roundingMSE) - 1) <= 1e-12)
  }
}
