internal import CGSL

/// The range of `k` independent standard normal numbers: the studentized range with infinitely many
/// degrees of freedom.
///
///     P(range <= q) = k * integral of phi(z) (Phi(z) - Phi(z - q))^(k - 1) dz
///
/// where `z` is the greatest of the numbers, `phi` and `Phi` the normal density and probability.
public enum StudentizedRange {
  /// The probability that the range of `count` numbers exceeds `range`.
  ///
  /// - Throws: ``GSLError`` for fewer than two numbers or when the integral does not converge.
  public static func tail(_ range: Double, count: Int) throws(GSLError) -> Double {
    guard count >= 2, range.isFinite else {
      throw .invalid("Range \(range) of \(count) normal numbers")
    }
    guard range > 0 else { return 1 }
    let others = CInt(count - 1)
    let integral = try Quadrature.integrate(
      from: -.infinity, to: .infinity, absoluteTolerance: 1e-13, relativeTolerance: 1e-10
    ) { z in
      // Tails on the upper side keep their digits where both probabilities are near 1.
      let between = gsl_cdf_ugaussian_Q(z - range) - gsl_cdf_ugaussian_Q(z)
      return gsl_ran_ugaussian_pdf(z) * gsl_pow_int(between, others)
    }
    return 1 - Double(count) * integral.value
  }

  /// The range that `count` numbers exceed with the given probability.
  ///
  /// - Throws: ``GSLError`` unless the probability is strictly between 0 and 1 and there are two
  ///   numbers or more.
  public static func quantile(
    exceededWith probability: Double, count: Int
  ) throws(GSLError) -> Double {
    guard probability > 0, probability < 1, count >= 2 else {
      throw .invalid("Range that \(count) normal numbers exceed with probability \(probability)")
    }
    // A longer range needs some |z| beyond the quantile, which is less likely than p.
    let upper =
      2 * (try SpecialFunctions.normalQuantile(1 - probability / Double(2 * count))) + 1
    return try RootFinder.root(lower: 0, upper: upper) { range in
      guard let tail = try? tail(range, count: count) else { return .nan }
      return tail - probability
    }
  }
}
