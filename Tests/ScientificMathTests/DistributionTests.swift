import ScientificMath
import Testing

@Suite("Distribution")
struct DistributionTests {
  static let all: [Distribution] = [
    .gaussian(standardDeviation: 2), .laplace(scale: 2), .logistic(scale: 2),
    .studentT(degreesOfFreedom: 3), .cauchy(scale: 2), .uniform(), .exponential(mean: 2),
    .lognormal(sigma: 0.5),
  ]

  // Density and cumulative probability at 0.75 and the quantile of 0.9, computed independently.
  private static let known: [(density: Double, probability: Double, quantile: Double)] = [
    (0.18592754693488447, 0.6461697666727237, 2.5631031310892007),
    (0.17182231969774306, 0.6563553606045138, 3.218875824868201),
    (0.12070645062647618, 0.5926665999540697, 4.394449154672439),
    (0.2606467169491759, 0.746142710287933, 1.637744353696209),
    (0.13953310079289455, 0.6142002512199082, 6.155367074350509),
    (0.5, 0.875, 0.8),
    (0.3436446393954861, 0.3127107212090278, 4.605170185988092),
    (0.9015577037294399, 0.28252252398594435, 1.8979527073347104),
  ]

  // Two implementations, each good to some units in the last place.
  private static let tolerance = 1e-14

  @Test("Density, probability and quantile have known values", arguments: zip(all, known))
  func knownValues(
    distribution: Distribution, expected: (density: Double, probability: Double, quantile: Double)
  ) throws {
    #expect(abs(try distribution.density(at: 0.75) / expected.density - 1) <= Self.tolerance)
    let probability = try distribution.cumulativeProbability(at: 0.75)
    #expect(abs(probability / expected.probability - 1) <= Self.tolerance)
    #expect(abs(try distribution.quantile(0.9) / expected.quantile - 1) <= Self.tolerance)
  }

  @Test("The quantile undoes the cumulative probability", arguments: all)
  func roundTrip(distribution: Distribution) throws {
    for step in 1..<200 {
      let probability = Double(step) / 200
      let back = try distribution.cumulativeProbability(at: distribution.quantile(probability))
      #expect(abs(back - probability) <= Self.tolerance)
    }
  }

  @Test("The density is the derivative of the cumulative probability", arguments: all)
  func derivative(distribution: Distribution) throws {
    let lower = try distribution.quantile(0.2)
    let upper = try distribution.quantile(0.9)
    let integral = try Quadrature.integrate(from: lower, to: upper) { x in
      (try? distribution.density(at: x)) ?? .nan
    }
    // The default tolerance of the integral is 1e-9 relative.
    #expect(abs(integral.value - 0.7) <= 1e-9)
  }

  @Test("A quantile-spaced sample ascends and splits the probability evenly", arguments: all)
  func quantileSpacedSample(distribution: Distribution) throws {
    let sample = try distribution.quantileSpacedSample(count: 100)
    #expect(sample.count == 100)
    #expect(zip(sample, sample.dropFirst()).allSatisfy { $0 < $1 })
    for (index, value) in sample.enumerated() {
      let expected = (Double(index) + 0.5) / 100
      let probability = try distribution.cumulativeProbability(at: value)
      #expect(abs(probability - expected) <= Self.tolerance)
    }
  }

  @Test("A sample has at least one value", arguments: [0, -1])
  func emptySample(count: Int) {
    #expect(throws: GSLError.self) {
      try Distribution.gaussian().quantileSpacedSample(count: count)
    }
  }

  @Test("Quantiles exist for probabilities only", arguments: all)
  func quantileDomain(distribution: Distribution) {
    for probability in [-0.1, 1.1, .nan] {
      #expect(throws: GSLError.self) { try distribution.quantile(probability) }
    }
  }

  @Test("An infinite quantile throws; the end of a bounded support is its own")
  func ends() throws {
    #expect {
      try Distribution.laplace().quantile(1)
    } throws: { error in
      (error as? GSLError)?.code == GSLError.rangeCode
    }
    #expect(try Distribution.uniform().quantile(1) == 1)
    #expect(try Distribution.exponential().quantile(0) == 0)
  }

  @Test(
    "Parameters that define no distribution throw",
    arguments: [
      .gaussian(standardDeviation: 0), .laplace(scale: -1), .logistic(scale: .nan),
      .studentT(degreesOfFreedom: -3), .cauchy(scale: .infinity), .uniform(lower: 1, upper: 1),
      .exponential(mean: 0), .lognormal(sigma: -1),
    ] as [Distribution])
  func badParameters(distribution: Distribution) throws {
    #expect(throws: GSLError.self) { try distribution.density(at: 0) }
    #expect(throws: GSLError.self) { try distribution.cumulativeProbability(at: 0) }
    #expect(throws: GSLError.self) { try distribution.quantile(0.5) }
    var source = try RandomSource(seed: 1)
    #expect(throws: GSLError.self) { try source.draw(from: distribution) }
  }
}
