internal import CGSL

/// The root of a function of one variable inside a bracket, by Brent's method.
///
/// `gsl_root_fsolver_brent` mixes inverse quadratic interpolation with bisection, so it converges
/// whenever the function changes its sign once and is continuous.
public enum RootFinder {
  /// Finds the root of `function` between `lower` and `upper`.
  ///
  /// - Parameters:
  ///   - lower: the lower end of the bracket.
  ///   - upper: the upper end; the function has the other sign there.
  ///   - relativeTolerance: the width of the final bracket relative to the root.
  ///   - maximumIterations: the number of steps after which to give up.
  ///   - function: the function; it must be finite wherever it is evaluated.
  /// - Returns: the root.
  /// - Throws: ``GSLError`` when the ends do not bracket a root, the function is not finite, or the
  ///   iterations run out.
  public static func root(
    lower: Double, upper: Double, relativeTolerance: Double = 1e-12, maximumIterations: Int = 200,
    _ function: (Double) -> Double
  ) throws(GSLError) -> Double {
    guard lower.isFinite, upper.isFinite, lower < upper, relativeTolerance > 0 else {
      throw .invalid("Root in [\(lower), \(upper)] to the tolerance \(relativeTolerance)")
    }
    return try CallbackFunction.withPointer(to: function) { callback in
      Result { () throws(GSLError) in
        let solver = try GSLRuntime.allocate("gsl_root_fsolver_alloc") {
          gsl_root_fsolver_alloc(rangelab_gsl_root_brent())
        }
        defer { gsl_root_fsolver_free(solver) }
        try GSLRuntime.check("gsl_root_fsolver_set on [\(lower), \(upper)]") {
          gsl_root_fsolver_set(solver, callback, lower, upper)
        }
        for _ in 0..<max(0, maximumIterations) {
          try GSLRuntime.check("gsl_root_fsolver_iterate") { gsl_root_fsolver_iterate(solver) }
          let root = gsl_root_fsolver_root(solver)
          let status = gsl_root_test_interval(
            gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver), 0,
            relativeTolerance)
          if Int(status) == Int(GSL_CONTINUE) { continue }
          try GSLRuntime.check("gsl_root_test_interval") { status }
          return (root, 0)
        }
        throw GSLError(
          code: GSLError.iterationLimitCode,
          operation: "Root in [\(lower), \(upper)] after \(maximumIterations) iterations")
      }
    }.0
  }
}
