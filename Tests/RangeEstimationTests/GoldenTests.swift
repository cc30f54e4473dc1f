import QuantizationCore
import RangeEstimation
import Testing

/// What independent implementations answered for the tensors in Tests/Golden.
@Suite struct GoldenTests {
  /// Rows that the lab's rules answer, too.
  ///
  /// Those have numbers all through (nan_1e3 and inf_1e3 have no error) and a scale that Float32
  /// holds as a normal number: a smaller one is raised to the least normal, on purpose.
  private func rows(_ peer: String, _ method: String) throws -> [GoldenRow] {
    try GoldenRow.read(peer: peer, method: method).filter {
      $0.isOK && $0.scale >= Double(Float.leastNormalMagnitude) && $0.mse.isFinite
    }
  }

  /// Reads each tensor once.
  private func forEach(
    _ rows: [GoldenRow], _ body: (GoldenRow, SampleStatistics) throws -> Void
  ) throws {
    for (tensor, rows) in Dictionary(grouping: rows, by: \.tensor) {
      let sample = try GoldenTensor.sample(tensor)
      for row in rows { try body(row, sample) }
    }
  }

  private func relativeError(_ found: Double, _ expected: Double) -> Double {
    found == expected ? 0 : abs(found / expected - 1)
  }

  @Test("mse is the reference optimum, on every tensor, bit width and scheme")
  func optimum() throws {
    let rows = try rows("ref", "mse_opt")
    #expect(rows.count > 400)
    try forEach(rows) { row, sample in
      let found = LeastSquares.solve(sample, on: row.grid).parameters
      let mse = sample.squaredError(of: found) / Double(sample.count)
      // Reference rows carry eight digits. Where the optimum is 0, the scale may have no Float32:
      // then 2^-23 of each value is left.
      let rounding = sample.energy / Double(sample.count) * 0x1p-46
      #expect(mse <= row.mse * (1 + 1e-6) + rounding, "\(row) found \(mse) \(found)")
    }
  }

  @Test("scales below the least normal Float are raised to it, and only there rows are left out")
  func raisedScales() throws {
    let small = try GoldenRow.read(peer: "ref", method: "mse_opt").filter {
      $0.isOK && $0.scale < Double(Float.leastNormalMagnitude)
    }
    #expect(Set(small.map(\.tensor)) == ["subnormal_1e3"])
    for row in small {
      let found = LeastSquares.solve(try GoldenTensor.sample(row.tensor), on: row.grid).parameters
      #expect(found.scale == .leastNormalMagnitude && found.condition == .scaleRaised, "\(row)")
    }
  }

  /// The numpy rows state the plain extrema or percentiles as range, and scale and zero point after
  /// widening it to zero: [-4.49, -0.50] has scale 4.49/255 and zero point 255.
  private func check(
    _ row: GoldenRow, _ sample: SampleStatistics, _ found: QuantizationParameters
  ) {
    // Ten digits of a scale that was not rounded to Float32: 2^-24 is 6e-8.
    #expect(relativeError(Double(found.scale), row.scale) <= 1e-7, "\(row) found \(found)")
    #expect(found.zeroPoint == row.zeroPoint, "\(row) found \(found)")
    let mean = 1 / Double(sample.count)
    let mse = sample.squaredError(of: found) * mean
    var slack = 1e-6 * row.mse
    if Self.unaveraged.contains(row.tensor) {
      slack += 2 * (row.mse * sample.energy * mean).squareRoot() * 0x1p-23
    }
    #expect(abs(mse - row.mse) <= slack, "\(row) found \(mse)")
  }

  /// Tensors on which numpy, with a scale in Double, differs by more than 1e-6 of the error.
  ///
  /// Rounding scale and reconstruction to Float32 moves each by up to 2^-24. Over many different
  /// values that averages out; here values are few, repeated, spaced evenly or dwarfed by the step.
  private static let unaveraged: Set = [
    "bimodal_1e4", "gauss_1e3", "huge_outlier_1e4", "intgrid_1e4", "tiny_1e3", "two_values_1e3",
    "uniform_1e4",
  ]

  @Test("minmax is numpy's extrema, widened to zero")
  func minmax() throws {
    let rows = try rows("numpy", "minmax")
    #expect(rows.count > 250)
    try forEach(rows) { row, sample in
      check(row, sample, QuantizationParameters(covering: sample.range, on: row.grid))
    }
  }

  @Test("percentile is numpy's, linear between order statistics")
  func percentile() throws {
    let rows = try rows("numpy", "percentile")
    #expect(rows.count > 500)
    try forEach(rows) { row, sample in
      let p = try #require(Double(row.params.dropFirst("percentile=".count)))
      let estimator = PercentileEstimator(
        try EstimatorArguments(["p": .number(p)], for: PercentileEstimator.descriptor))
      check(row, sample, try estimator.parameters(from: sample, on: row.grid))
    }
  }
}
