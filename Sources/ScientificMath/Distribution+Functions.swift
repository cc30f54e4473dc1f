internal import CGSL

extension Distribution {
  /// The probability density at `x`; 0 outside the support.
  ///
  /// - Throws: ``GSLError`` when the parameters define no distribution or the density is infinite.
  public func density(at x: Double) throws(GSLError) -> Double {
    try validate()
    return try GSLRuntime.finite("Density of \(self)") {
      switch self {
      case .gaussian(let sigma): gsl_ran_gaussian_pdf(x, sigma)
      case .laplace(let scale): gsl_ran_laplace_pdf(x, scale)
      case .logistic(let scale): gsl_ran_logistic_pdf(x, scale)
      case .studentT(let dof): gsl_ran_tdist_pdf(x, dof)
      case .cauchy(let scale): gsl_ran_cauchy_pdf(x, scale)
      case .uniform(let lower, let upper): gsl_ran_flat_pdf(x, lower, upper)
      case .exponential(let mean): gsl_ran_exponential_pdf(x, mean)
      case .lognormal(let sigma): gsl_ran_lognormal_pdf(x, 0, sigma)
      }
    }
  }

  /// The cumulative probability `F(x) = P(X <= x)`.
  ///
  /// - Throws: ``GSLError`` when the parameters define no distribution or `x` is not a number.
  public func cumulativeProbability(at x: Double) throws(GSLError) -> Double {
    try validate()
    return try GSLRuntime.finite("Cumulative probability of \(self)") {
      switch self {
      case .gaussian(let sigma): gsl_cdf_gaussian_P(x, sigma)
      case .laplace(let scale): gsl_cdf_laplace_P(x, scale)
      case .logistic(let scale): gsl_cdf_logistic_P(x, scale)
      case .studentT(let dof): gsl_cdf_tdist_P(x, dof)
      case .cauchy(let scale): gsl_cdf_cauchy_P(x, scale)
      case .uniform(let lower, let upper): gsl_cdf_flat_P(x, lower, upper)
      case .exponential(let mean): gsl_cdf_exponential_P(x, mean)
      case .lognormal(let sigma): gsl_cdf_lognormal_P(x, 0, sigma)
      }
    }
  }

  /// The quantile `F^-1(p)`: the `x` with `P(X <= x) == p`.
  ///
  /// - Throws: ``GSLError`` when the parameters define no distribution, `p` is outside 0...1 or the
  ///   quantile is infinite, as at the ends of an unbounded support.
  public func quantile(_ probability: Double) throws(GSLError) -> Double {
    try validate()
    guard probability >= 0, probability <= 1 else {
      throw GSLError(
        code: GSLError.domainCode, operation: "Quantile of the probability \(probability)")
    }
    return try GSLRuntime.finite("Quantile \(probability) of \(self)") {
      switch self {
      case .gaussian(let sigma): gsl_cdf_gaussian_Pinv(probability, sigma)
      case .laplace(let scale): gsl_cdf_laplace_Pinv(probability, scale)
      case .logistic(let scale): gsl_cdf_logistic_Pinv(probability, scale)
      case .studentT(let dof): gsl_cdf_tdist_Pinv(probability, dof)
      case .cauchy(let scale): gsl_cdf_cauchy_Pinv(probability, scale)
      case .uniform(let lower, let upper): gsl_cdf_flat_Pinv(probability, lower, upper)
      case .exponential(let mean): gsl_cdf_exponential_Pinv(probability, mean)
      case .lognormal(let sigma): gsl_cdf_lognormal_Pinv(probability, 0, sigma)
      }
    }
  }

  /// A sample without randomness: `x_i = F^-1((i - 1/2) / count)` for `i` in `1...count`.
  ///
  /// Its empirical distribution is as close to `F` as that of any sample of its size, so results
  /// computed from it approach their theoretical values without sampling noise.
  ///
  /// - Returns: `count` values in ascending order.
  /// - Throws: ``GSLError`` when the parameters define no distribution or `count` is not positive.
  public func quantileSpacedSample(count: Int) throws(GSLError) -> [Double] {
    guard count > 0 else {
      throw .invalid("Quantile-spaced sample of \(count) values")
    }
    var sample: [Double] = []
    sample.reserveCapacity(count)
    for index in 0..<count {
      sample.append(try quantile((Double(index) + 0.5) / Double(count)))
    }
    return sample
  }
}
