internal import CGSL

/// Adaptive numerical integration with an estimate of the error.
///
/// Finite ranges go to `gsl_integration_qags`, infinite ones to its siblings `qagi`, `qagiu` and
/// `qagil`, which map the range onto (0, 1]. All bisect where the error is largest and extrapolate,
/// so integrable singularities at the ends are allowed.
public enum Quadrature {
  /// Integrates `function` from `lower` to `upper`, either of which may be infinite.
  ///
  /// - Parameters:
  ///   - lower: the lower end of the range; `-infinity` is allowed.
  ///   - upper: the upper end of the range; `infinity` is allowed.
  ///   - absoluteTolerance: an error this small is good enough.
  ///   - relativeTolerance: an error this small relative to the integral is good enough.
  ///   - maximumIntervals: the number of pieces after which to give up.
  ///   - function: the integrand.
  /// - Returns: the integral and an estimate of its absolute error.
  /// - Throws: ``GSLError`` when the tolerance cannot be met, the integral diverges or the range
  ///   is not a range.
  public static func integrate(
    from lower: Double,
    to upper: Double,
    absoluteTolerance: Double = 0,
    relativeTolerance: Double = 1e-9,
    maximumIntervals: Int = 1_000,
    _ function: (Double) -> Double
  ) throws(GSLError) -> (value: Double, errorEstimate: Double) {
    guard lower < upper, maximumIntervals > 0 else {
      throw .invalid("Integral from \(lower) to \(upper) in \(maximumIntervals) intervals")
    }
    let (value, errorEstimate) = try CallbackFunction.withPointer(to: function) { callback in
      Result { () throws(GSLError) in
        let workspace = try GSLRuntime.allocate("gsl_integration_workspace_alloc") {
          gsl_integration_workspace_alloc(maximumIntervals)
        }
        defer { gsl_integration_workspace_free(workspace) }
        var value = 0.0
        var error = 0.0
        try GSLRuntime.check("Integral from \(lower) to \(upper)") {
          switch (lower.isFinite, upper.isFinite) {
          case (true, true):
            gsl_integration_qags(
              callback, lower, upper, absoluteTolerance, relativeTolerance, maximumIntervals,
              workspace, &value, &error)
          case (true, false):
            gsl_integration_qagiu(
              callback, lower, absoluteTolerance, relativeTolerance, maximumIntervals,
              workspace, &value, &error)
          case (false, true):
            gsl_integration_qagil(
              callback, upper, absoluteTolerance, relativeTolerance, maximumIntervals,
              workspace, &value, &error)
          case (false, false):
            gsl_integration_qagi(
              callback, absoluteTolerance, relativeTolerance, maximumIntervals,
              workspace, &value, &error)
          }
        }
        let integral = value
        return (try GSLRuntime.finite("Integral from \(lower) to \(upper)") { integral }, error)
      }
    }
    return (value: value, errorEstimate: errorEstimate)
  }
}
