import ScientificMath
import Testing

@Suite("Scalar minimizer")
struct ScalarMinimizerTests {
  @Test("The minimum of a parabola is found to the tolerance asked for")
  func parabola() throws {
    let minimum = try ScalarMinimizer.minimize(lower: 0, guess: 1, upper: 10) { x in
      (x - 3) * (x - 3) + 7
    }
    // The final bracket is shorter than 1e-7 times the argument, and a parabola is flat there.
    #expect(abs(minimum.argument - 3) <= 3e-7)
    #expect(abs(minimum.value - 7) <= 1e-13)
  }

  @Test("A minimum at zero ends the search although no bracket is short relative to it")
  func minimumAtZero() throws {
    let minimum = try ScalarMinimizer.minimize(lower: -1, guess: 0.3, upper: 2) { abs($0) }
    // The bracket of length 3 has to shrink by the factor 1e-7 * sqrt(eps) = 1.5e-15.
    #expect(abs(minimum.argument) <= 4.5e-15)
    #expect(minimum.value == abs(minimum.argument))
  }

  @Test("A finer tolerance takes more steps, and the default is 1e-7")
  func tolerance() throws {
    func evaluations(_ tolerance: Double?) throws -> Int {
      var count = 0
      let counted: (Double) -> Double = { x in
        count += 1
        return ScalarMath.exp(x) - 2 * x
      }
      if let tolerance {
        _ = try ScalarMinimizer.minimize(
          lower: 0, guess: 1, upper: 3, relativeTolerance: tolerance, counted)
      } else {
        _ = try ScalarMinimizer.minimize(lower: 0, guess: 1, upper: 3, counted)
      }
      return count
    }
    #expect(try evaluations(1e-2) < evaluations(1e-7))
    #expect(try evaluations(nil) == evaluations(1e-7))
  }

  @Test("A closure may capture and count")
  func capture() throws {
    var evaluations = 0
    let minimum = try ScalarMinimizer.minimize(lower: 2, guess: 3, upper: 4) { x in
      evaluations += 1
      return ScalarMath.cos(x)
    }
    #expect(abs(minimum.argument - .pi) <= .pi * 1e-7)
    // Golden sections alone need 34 to shrink the bracket by 1e-7; parabolas save most of them.
    #expect((4...34).contains(evaluations))
  }

  @Test("Points that do not bracket a minimum throw instead of aborting")
  func badBracket() {
    #expect {
      try ScalarMinimizer.minimize(lower: 0, guess: 1, upper: 2) { $0 }
    } throws: { error in
      (error as? GSLError)?.code == GSLError.invalidArgumentCode
        && "\(error)".contains("gsl_min_fminimizer_set on [0.0, 1.0, 2.0]")
    }
  }

  @Test(
    "Points out of order throw",
    arguments: [(1.0, 0.0, 2.0), (0, 3, 2), (0, 0, 2), (.nan, 1, 2), (0, .nan, 2), (0, 1, .nan)])
  func disorder(lower: Double, guess: Double, upper: Double) {
    #expect {
      try ScalarMinimizer.minimize(lower: lower, guess: guess, upper: upper) { ($0 - 1) * ($0 - 1) }
    } throws: { error in
      // Before the function is evaluated at what is not a number.
      "\(error)".hasPrefix("Minimum near")
    }
  }

  @Test("A function without values throws")
  func notFinite() {
    #expect(throws: GSLError.self) {
      try ScalarMinimizer.minimize(lower: 0, guess: 1, upper: 2) { _ in .nan }
    }
  }

  @Test("Running out of iterations throws")
  func iterationLimit() {
    #expect {
      try ScalarMinimizer.minimize(lower: 0, guess: 1, upper: 10, maximumIterations: 2) { x in
        (x - 3) * (x - 3)
      }
    } throws: { error in
      (error as? GSLError)?.code == GSLError.iterationLimitCode
    }
  }

  @Test("A tolerance must be positive", arguments: [0, -1, .nan])
  func badTolerance(tolerance: Double) {
    #expect {
      try ScalarMinimizer.minimize(
        lower: 0, guess: 1, upper: 10, relativeTolerance: tolerance
      ) { ($0 - 3) * ($0 - 3) }
    } throws: { error in
      (error as? GSLError)?.code == GSLError.invalidArgumentCode
    }
  }
}
