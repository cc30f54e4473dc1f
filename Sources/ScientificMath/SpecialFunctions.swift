internal import CGSL

/// The special functions the range formulas are written in.
///
/// Each is accurate to a few units in the last place and throws ``GSLError`` when its argument is
/// outside the domain or its result is not finite.
public enum SpecialFunctions {
  /// The principal branch of Lambert's W: the `w >= -1` with `w * exp(w) == x`, for `x >= -1/e`.
  ///
  /// The optimal clipping range of a Laplace density of scale 1 at `b` bits is `W0(3 * 4^b)`
  /// (Banner, Nahshan, Soudry 2019, with their approximation of the rounding error).
  public static func lambertW0(_ x: Double) throws(GSLError) -> Double {
    try evaluate("Lambert W0(\(x))") { gsl_sf_lambert_W0_e(x, &$0) }
  }

  /// The complementary error function, `2 / sqrt(pi)` times the integral of `exp(-t^2)` from `x`.
  public static func erfc(_ x: Double) throws(GSLError) -> Double {
    try evaluate("erfc(\(x))") { gsl_sf_erfc_e(x, &$0) }
  }

  /// The logarithm of the absolute value of the gamma function; poles at 0, -1, -2, ...
  public static func logGamma(_ x: Double) throws(GSLError) -> Double {
    try evaluate("log-gamma(\(x))") { gsl_sf_lngamma_e(x, &$0) }
  }

  /// The quantile of the standard normal distribution: the `x` with `P(X <= x) == probability`.
  ///
  /// Probabilities 0 and 1, whose quantiles are infinite, are outside the domain.
  public static func normalQuantile(_ probability: Double) throws(GSLError) -> Double {
    guard probability > 0, probability < 1 else {
      throw GSLError(
        code: GSLError.domainCode, operation: "Normal quantile of the probability \(probability)")
    }
    return try GSLRuntime.finite("gsl_cdf_ugaussian_Pinv") { gsl_cdf_ugaussian_Pinv(probability) }
  }

  /// The upper tail `Q(x) = P(X > x)` of the standard normal distribution.
  ///
  /// Accurate far into the tail, where `1 - P(X <= x)` has lost every digit.
  public static func normalTail(_ x: Double) throws(GSLError) -> Double {
    try GSLRuntime.finite("gsl_cdf_ugaussian_Q") { gsl_cdf_ugaussian_Q(x) }
  }

  private static func evaluate(
    _ operation: @autoclosure () -> String, _ call: (inout gsl_sf_result) -> CInt
  ) throws(GSLError) -> Double {
    var result = gsl_sf_result()
    let status = Int(GSLRuntime.perform { call(&result) })
    guard status == Int(GSL_SUCCESS) else {
      throw GSLError(code: status, operation: operation())
    }
    guard result.val.isFinite else {
      throw GSLError(code: GSLError.domainCode, operation: operation())
    }
    return result.val
  }
}
