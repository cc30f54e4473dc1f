import ScientificMath
import Testing

@Suite("Random draws")
struct RandomDistributionTests {
  private static let count = 100_000

  private static func sample(_ distribution: Distribution, seed: UInt64) throws -> [Double] {
    var source = try RandomSource(seed: seed)
    var values = [Double](repeating: 0, count: count)
    try source.fill(&values, from: distribution)
    return values
  }

  @Test("Each quantile has its share of the draws below it", arguments: DistributionTests.all)
  func shares(distribution: Distribution) throws {
    let values = try Self.sample(distribution, seed: 2_024)
    for probability in [0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999] {
      let threshold = try distribution.quantile(probability)
      let share = Double(values.count { $0 <= threshold }) / Double(Self.count)
      // A binomial proportion; four standard errors.
      let error = (probability * (1 - probability) / Double(Self.count)).squareRoot()
      #expect(abs(share - probability) <= 4 * error)
    }
  }

  @Test(
    "Mean and variance are within four standard errors",
    arguments: [
      // Mean, variance and fourth central moment of each law.
      (.gaussian(), 0, 1, 3), (.laplace(), 0, 2, 24),
      (.logistic(), 0, 3.289868133696453, 4.2 * 10.823232337111382),
      (.studentT(degreesOfFreedom: 10), 0, 1.25, 6.25),
      (.uniform(), 0, 1.0 / 3, 0.2), (.exponential(), 1, 1, 9),
    ] as [(Distribution, Double, Double, Double)])
  func moments(distribution: Distribution, mean: Double, variance: Double, fourth: Double) throws {
    let values = try Self.sample(distribution, seed: 99)
    let n = Double(Self.count)
    let sampleMean = values.reduce(0, +) / n
    #expect(abs(sampleMean - mean) <= 4 * (variance / n).squareRoot())
    let sampleVariance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    #expect(abs(sampleVariance - variance) <= 4 * ((fourth - variance * variance) / n).squareRoot())
  }

  @Test("Degrees of freedom just above 2 do not slow Student's t down", .timeLimit(.minutes(1)))
  func barelyFiniteVariance() throws {
    // By rejection one draw would take some million attempts.
    let values = try Self.sample(.studentT(degreesOfFreedom: 2 + 1e-12), seed: 1)
    #expect(values.allSatisfy { $0.isFinite })
  }

  @Test("Floats beyond the range are clamped and stay finite")
  func saturation() throws {
    let limit = Float.greatestFiniteMagnitude
    #expect(Float(saturating: 1e39) == limit)
    #expect(Float(saturating: -.infinity) == -limit)
    #expect(Float(saturating: Double(limit)) == limit)
    #expect(Float(saturating: .nan) == 0)
    #expect(Float(saturating: 0.1) == 0.1)
    // With 0.1 degrees of freedom magnitudes above 1e39 have a probability near 1e-4.
    var source = try RandomSource(seed: 1)
    var values = [Float](repeating: 0, count: Self.count)
    try source.fill(&values, from: .studentT(degreesOfFreedom: 0.1))
    #expect(values.allSatisfy { $0.isFinite })
    #expect(values.contains { abs($0) == limit })
  }
}
