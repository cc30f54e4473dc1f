internal import CGSL

/// The minimum of a function of one variable inside a bracket, by Brent's method.
///
/// Brent's method (`gsl_min_fminimizer_brent`) mixes parabolic interpolation with golden sections.
/// Around a minimum a function is flat: a step of relative size `sqrt(eps)`, about 1.5e-8, changes
/// its value by no more than rounding does. No method that only compares values can do better, so
/// a tolerance below some 3e-8 never converges, and the default stays above at 1e-7.
public enum ScalarMinimizer {
  /// Finds a local minimum of `function` between `lower` and `upper`.
  ///
  /// The search ends when the bracket is shorter than `relativeTolerance` times the smaller
  /// magnitude of its ends. For a minimum at zero, where that is never the case, it also ends when
  /// the bracket has shrunk by the factor `relativeTolerance * sqrt(eps)`.
  ///
  /// - Parameters:
  ///   - lower: the lower end of the bracket.
  ///   - guess: a point strictly between the ends where the function is below both ends.
  ///   - upper: the upper end of the bracket.
  ///   - relativeTolerance: the width of the final bracket relative to the argument.
  ///   - maximumIterations: the number of steps after which to give up.
  ///   - function: the function to minimize; it must be finite wherever it is evaluated.
  /// - Returns: the argument of the minimum and the value there.
  /// - Throws: ``GSLError`` when the three points do not bracket a minimum, the function is not
  ///   finite, the tolerance is not positive, or the iterations run out.
  public static func minimize(
    lower: Double,
    guess: Double,
    upper: Double,
    relativeTolerance: Double = 1e-7,
    maximumIterations: Int = 200,
    _ function: (Double) -> Double
  ) throws(GSLError) -> (argument: Double, value: Double) {
    // Comparisons inside GSL let values that are not numbers pass for a bracket.
    guard lower.isFinite, upper.isFinite, lower < guess, guess < upper else {
      throw .invalid("Minimum near \(guess) in the bracket [\(lower), \(upper)]")
    }
    guard relativeTolerance > 0, relativeTolerance.isFinite else {
      throw .invalid("Minimum to the relative tolerance \(relativeTolerance)")
    }
    let absoluteTolerance =
      relativeTolerance * Double.ulpOfOne.squareRoot() * (upper - lower)
    let (argument, value) = try CallbackFunction.withPointer(to: function) { callback in
      Result { () throws(GSLError) in
        let minimizer = try GSLRuntime.allocate("gsl_min_fminimizer_alloc") {
          gsl_min_fminimizer_alloc(rangelab_gsl_min_brent())
        }
        defer { gsl_min_fminimizer_free(minimizer) }
        try GSLRuntime.check("gsl_min_fminimizer_set on [\(lower), \(guess), \(upper)]") {
          gsl_min_fminimizer_set(minimizer, callback, guess, lower, upper)
        }
        for _ in 0..<max(0, maximumIterations) {
          try GSLRuntime.check("gsl_min_fminimizer_iterate") {
            gsl_min_fminimizer_iterate(minimizer)
          }
          let status = gsl_min_test_interval(
            gsl_min_fminimizer_x_lower(minimizer), gsl_min_fminimizer_x_upper(minimizer),
            absoluteTolerance, relativeTolerance)
          if Int(status) == Int(GSL_CONTINUE) { continue }
          try GSLRuntime.check("gsl_min_test_interval") { status }
          return (
            gsl_min_fminimizer_x_minimum(minimizer), gsl_min_fminimizer_f_minimum(minimizer)
          )
        }
        throw GSLError(
          code: GSLError.iterationLimitCode,
          operation: "Minimum in [\(lower), \(upper)] after \(maximumIterations) iterations")
      }
    }
    return (argument: argument, value: value)
  }
}
