import _TestSupport
import QuantizationCore
import RangeEstimation
import TensorIO
import Testing

@Suite struct KullbackLeiblerTests {
  @Test(
    "the threshold is the best window of the histogram of |x|",
    arguments: ["gauss_1e4", "laplace_1e5"])
  func wholeRule(tensor: String) throws {
    let values = try GoldenTensor.load(tensor).values
    let largest = Double(values.map { abs($0) }.max() ?? 0)
    var counts = [Double](repeating: 0, count: 2048)
    for value in values {
      counts[min(2047, Int(Double(abs(value)) * (2048 / largest)))] += 1
    }
    for bits in [3, 4, 8] {
      let windows = HistogramWindows(
        counts: counts, groups: 1 << (bits - 1), objective: .divergence, zeroBin: 0)
      let edge = Double(windows.bestUpperEnd(from: 0).upperBound) / 2048 * largest
      let estimator = try EstimatorRegistry.builtIn.make("kl").estimator
      let found = try #require(estimator as? KullbackLeiblerEstimator)
        .parameters(from: SampleStatistics(values), on: try grid(.symmetricNarrow, bits))
      // The scale is rounded to Float32.
      #expect(abs(found.upper - edge) <= 1e-6 * edge, "\(bits) bits: \(found.upper), \(edge)")
    }
  }

  @Test("on a Gaussian it clips a little at 8 bits and too little at 4")
  func gaussian() throws {
    let sample = try GoldenTensor.sample("gauss_1e5")
    let estimator = KullbackLeiblerEstimator(
      try EstimatorArguments([:], for: KullbackLeiblerEstimator.descriptor))
    let eight = try estimator.parameters(from: sample, on: try grid(.symmetricNarrow, 8)).upper
    let four = try estimator.parameters(from: sample, on: try grid(.symmetricNarrow, 4)).upper
    // 4.27 and 3.59 standard deviations on samples of this size; a window more or less is 0.002,
    // and neighbouring windows differ in the last digits of the divergence.
    #expect((3.9...4.5).contains(eight) && (3.2...3.9).contains(four), "\(eight) \(four)")
  }
}
