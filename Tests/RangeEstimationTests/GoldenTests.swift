import QuantizationCore
import RangeEstimation
import TensorIO
import Testing

/// What independent implementations answered for the tensors in Tests/Golden.
@Suite struct GoldenTests {
  @Test("mse is the reference optimum, on every tensor, bit width and scheme")
  func optimum() throws {
    var worst = 0.0
    for row in try GoldenRow.read(peer: "ref", method: "mse_opt") where row.isOK {
      let sample = try GoldenTensor.sample(row.tensor)
      let found = LeastSquares.parameters(of: sample, on: row.grid)
      let mse = sample.squaredError(of: found) / Double(sample.count)
      // Reference rows carry eight digits.
      let excess = mse / row.mse - 1
      worst = max(worst, mse == row.mse ? 0 : excess)
      #expect(mse <= row.mse * (1 + 1e-6), "\(row) found \(mse) \(found)")
    }
    print("worst excess over ref mse_opt: \(worst)")
  }
}
