import ScientificMath
import Testing

@Suite("Quadrature")
struct QuadratureTests {
  @Test("A polynomial is integrated exactly but for rounding")
  func polynomial() throws {
    let integral = try Quadrature.integrate(from: 0, to: 3) { $0 * $0 }
    #expect(abs(integral.value - 9) <= 16 * Double.ulpOfOne)
    #expect(integral.errorEstimate >= abs(integral.value - 9))
  }

  @Test("A singularity at an end is allowed")
  func singularity() throws {
    let integral = try Quadrature.integrate(from: 0, to: 1) { 1 / $0.squareRoot() }
    // The default tolerance is 1e-9 relative.
    #expect(abs(integral.value - 2) <= 2e-9)
  }

  @Test(
    "Ranges may be infinite on either side",
    arguments: [(0.0, Double.infinity, 0.5), (-.infinity, 0, 0.5), (-.infinity, .infinity, 1)])
  func infiniteRange(lower: Double, upper: Double, expected: Double) throws {
    let normal = Distribution.gaussian()
    let integral = try Quadrature.integrate(from: lower, to: upper) { x in
      (try? normal.density(at: x)) ?? .nan
    }
    #expect(abs(integral.value - expected) <= 1e-9 * expected)
  }

  @Test("A divergent integral throws")
  func divergence() {
    #expect(throws: GSLError.self) {
      try Quadrature.integrate(from: 0, to: 1) { 1 / $0 }
    }
  }

  @Test("What is no range throws", arguments: [(1.0, 1.0), (2, 1), (.nan, 1), (0, .nan)])
  func badRange(lower: Double, upper: Double) {
    #expect(throws: GSLError.self) {
      try Quadrature.integrate(from: lower, to: upper) { $0 }
    }
  }

  @Test("An integrand without values throws")
  func notFinite() {
    #expect(throws: GSLError.self) {
      try Quadrature.integrate(from: 0, to: 1) { _ in .nan }
    }
  }
}
