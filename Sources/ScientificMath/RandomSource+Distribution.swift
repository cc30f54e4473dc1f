internal import CGSL

extension RandomSource {
  /// Draws one value.
  ///
  /// - Throws: ``GSLError`` when the parameters define no distribution.
  public mutating func draw(from distribution: Distribution) throws(GSLError) -> Double {
    try Self.sampler(of: distribution)(generator)
  }

  /// Replaces every element by a value drawn from a distribution, in order.
  ///
  /// - Throws: ``GSLError`` when the parameters define no distribution.
  public mutating func fill(
    _ values: inout [Double], from distribution: Distribution
  ) throws(GSLError) {
    let sample = try Self.sampler(of: distribution)
    for index in values.indices {
      values[index] = sample(generator)
    }
  }

  /// Replaces every element by a value drawn from a distribution, in order, as finite floats.
  ///
  /// The values are those of the overload for doubles, rounded by `Float(saturating:)`.
  ///
  /// - Throws: ``GSLError`` when the parameters define no distribution.
  public mutating func fill(
    _ values: inout [Float], from distribution: Distribution
  ) throws(GSLError) {
    let sample = try Self.sampler(of: distribution)
    for index in values.indices {
      values[index] = Float(saturating: sample(generator))
    }
  }

  private typealias Sampler = (UnsafeMutablePointer<gsl_rng>) -> Double

  /// Decides once per buffer, not once per value, how to draw.
  private static func sampler(of distribution: Distribution) throws(GSLError) -> Sampler {
    try distribution.validate()
    switch distribution {
    case .gaussian(let sigma): return { gsl_ran_gaussian_ziggurat($0, sigma) }
    case .laplace(let scale): return { gsl_ran_laplace($0, scale) }
    case .logistic(let scale): return { gsl_ran_logistic($0, scale) }
    case .cauchy(let scale): return { gsl_ran_cauchy($0, scale) }
    case .uniform(let lower, let upper): return { gsl_ran_flat($0, lower, upper) }
    case .exponential(let mean): return { gsl_ran_exponential($0, mean) }
    case .lognormal(let sigma): return { gsl_ran_lognormal($0, 0, sigma) }
    case .studentT(let dof):
      // The definition, rather than gsl_ran_tdist: its rejection step accepts ever fewer
      // candidates as the degrees of freedom come down to 2, and all but hangs just above.
      return { generator in
        let normal = gsl_ran_gaussian_ziggurat(generator, 1)
        return normal / (gsl_ran_chisq(generator, dof) / dof).squareRoot()
      }
    }
  }
}
