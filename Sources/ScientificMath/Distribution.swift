/// A continuous probability distribution, centered at zero unless it is one sided.
///
/// Densities, cumulative probabilities and quantiles are in `Distribution+Functions.swift`; random
/// draws are the business of ``RandomSource``.
public enum Distribution: Hashable, Sendable {
  /// Normal: density `exp(-x^2 / (2 s^2)) / (s sqrt(2 pi))`.
  case gaussian(standardDeviation: Double = 1)

  /// Laplace (double exponential): density `exp(-|x| / b) / (2 b)`, variance `2 b^2`.
  case laplace(scale: Double = 1)

  /// Logistic: cumulative probability `1 / (1 + exp(-x / s))`, variance `(pi s)^2 / 3`.
  case logistic(scale: Double = 1)

  /// Student's t: density proportional to `(1 + x^2 / d)^(-(d + 1) / 2)`, variance `d / (d - 2)`.
  case studentT(degreesOfFreedom: Double)

  /// Cauchy: density `1 / (pi s (1 + (x / s)^2))`; it has neither mean nor variance.
  case cauchy(scale: Double = 1)

  /// Uniform on the interval from `lower` to `upper`.
  case uniform(lower: Double = -1, upper: Double = 1)

  /// Exponential: density `exp(-x / m) / m` for `x >= 0`.
  case exponential(mean: Double = 1)

  /// Log-normal: the exponential of a normal variable of mean 0, so its median is 1.
  case lognormal(sigma: Double = 1)
}

extension Distribution {
  /// Throws unless the parameters define a distribution.
  ///
  /// GSL does not check them: a negative scale gives a wrong answer and a negative number of
  /// degrees of freedom a loop without end.
  func validate() throws(GSLError) {
    let isValid =
      switch self {
      case .gaussian(let scale), .laplace(let scale), .logistic(let scale), .cauchy(let scale),
        .studentT(let scale), .exponential(let scale), .lognormal(let scale):
        scale.isFinite && scale > 0
      case .uniform(let lower, let upper):
        lower < upper && (upper - lower).isFinite
      }
    guard isValid else {
      throw .invalid("Distribution \(self)")
    }
  }
}
