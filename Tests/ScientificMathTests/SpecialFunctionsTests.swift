import ScientificMath
import Testing

@Suite("Special functions")
struct SpecialFunctionsTests {
  // GSL promises a few units in the last place for these; eight leave room for another libm.
  private static let tolerance = 8 * Double.ulpOfOne

  @Test(
    "Lambert's W0 has its known values",
    arguments: [(1.0, 0.5671432904097838), (0.0, 0.0), (-0.3, -0.4894022271802149)])
  func lambertKnownValues(x: Double, expected: Double) throws {
    #expect(abs(try SpecialFunctions.lambertW0(x) - expected) <= Self.tolerance)
  }

  @Test(
    "Lambert's W0 of 3 * 4^b is the optimal Laplace clipping range at b bits",
    arguments: [
      (2, 2.83068299, 2.8306829893702337), (4, 5.02864014, 5.028640136236213),
      (8, 9.89675982, 9.896759770017528),
    ])
  func lambertClippingRange(bits: Int, published: Double, expected: Double) throws {
    let range = try SpecialFunctions.lambertW0(3 * Double(1 << (2 * bits)))
    #expect(abs(range / expected - 1) <= Self.tolerance)
    // The table in circulation is that of a numerical minimization: it is 5e-8 off at 8 bits.
    #expect(abs(range - published) <= 1e-7)
  }

  @Test("Lambert's W0 solves its equation", arguments: [-0.36, -0.1, 0.5, 2, 1e3, 1e9])
  func lambertEquation(x: Double) throws {
    let w = try SpecialFunctions.lambertW0(x)
    // By W = log(x / W), which the rounding of W enters only once.
    #expect(abs(w - ScalarMath.log(x / w)) <= 1e-13 * max(1, abs(w)))
  }

  @Test("Lambert's W0 refuses arguments below -1/e")
  func lambertDomain() {
    #expect {
      try SpecialFunctions.lambertW0(-0.4)
    } throws: { error in
      (error as? GSLError)?.code == GSLError.domainCode && "\(error)".contains("W0(-0.4)")
    }
  }

  @Test("erfc has its known values")
  func complementaryErrorFunction() throws {
    #expect(abs(try SpecialFunctions.erfc(1) - 0.15729920705028513) <= Self.tolerance)
    #expect(abs(try SpecialFunctions.erfc(0) - 1) <= Self.tolerance)
    #expect(abs(try SpecialFunctions.erfc(-1) - 1.8427007929497148) <= Self.tolerance)
  }

  @Test("log-gamma has its known values and refuses its poles")
  func logGamma() throws {
    #expect(abs(try SpecialFunctions.logGamma(0.5) - 0.5723649429247001) <= Self.tolerance)
    #expect(abs(try SpecialFunctions.logGamma(5) - 3.1780538303479458) <= 4 * Self.tolerance)
    #expect(throws: GSLError.self) { try SpecialFunctions.logGamma(0) }
  }

  @Test("The normal quantile has its known values")
  func normalQuantile() throws {
    #expect(try SpecialFunctions.normalQuantile(0.5) == 0)
    let upper = try SpecialFunctions.normalQuantile(0.975)
    #expect(abs(upper - 1.959963984540054) <= 2 * Self.tolerance)
  }

  @Test("The normal quantile refuses what is no probability", arguments: [0, 1, -0.1, 1.1, .nan])
  func normalQuantileDomain(probability: Double) {
    #expect(throws: GSLError.self) { try SpecialFunctions.normalQuantile(probability) }
  }

  @Test("The normal tail keeps its digits far out")
  func normalTail() throws {
    #expect(try SpecialFunctions.normalTail(0) == 0.5)
    let far = try SpecialFunctions.normalTail(10)
    // Relative: 1 - P(X <= 10) would be 0. exp(-x^2 / 2) multiplies the rounding of x by x^2.
    #expect(abs(far / 7.61985302416047e-24 - 1) <= 100 * Double.ulpOfOne)
  }

  @Test("What is not a number has no tail")
  func tailOfNaN() {
    #expect(throws: GSLError.self) { try SpecialFunctions.normalTail(.nan) }
  }
}
