internal import CStandardLibrary
internal import ScientificMath

/// A density whose best clipping value is known: of unit scale, with two tails.
///
/// The model of the error is clipping noise plus uniform rounding noise everywhere,
/// `J(alpha) = E[(|x| - alpha)^2; |x| > alpha] + kappa alpha^2`. The same alpha is best for one tail:
/// both terms of J are even.
enum DensityModel {
  /// Normal, in units of its standard deviation.
  case gaussian
  /// Laplace, in units of its mean magnitude.
  case laplace

  /// The alpha that minimizes J.
  ///
  /// ```
  /// Laplace   dJ = 0  <=>  alpha e^alpha = 1 / kappa  <=>  alpha = W(1 / kappa)
  /// Gaussian  J = (1 + a^2) erfc(a / sqrt 2) - sqrt(2 / pi) a e^(-a^2 / 2) + kappa a^2, by Brent
  /// ```
  func bestAlpha(noise kappa: Double) throws(EstimationError) -> Double {
    do {
      switch self {
      case .laplace: return try SpecialFunctions.lambertW0(1 / kappa)
      case .gaussian: return try Self.bestGaussianAlpha(noise: kappa)
      }
    } catch {
      throw .numerical(error.description)
    }
  }

  private static func bestGaussianAlpha(noise kappa: Double) throws(GSLError) -> Double {
    func cost(_ alpha: Double) -> Double {
      (1 + alpha * alpha) * erfc(alpha * 0.5.squareRoot())
        - (2 / Double.pi).squareRoot() * alpha * exp(-alpha * alpha / 2) + kappa * alpha * alpha
    }
    // J is convex, so the best of these points and its neighbors bracket the minimum.
    let points = (1...40).map { Double($0) / 4 }
    let guess = points.min { cost($0) < cost($1) } ?? 1
    return try ScalarMinimizer.minimize(
      lower: guess - 0.25, guess: guess, upper: guess + 0.25, cost
    ).argument
  }

  /// The scale of the density: standard deviation or mean magnitude of x - center.
  func spread(of sample: SampleStatistics, around center: Double) -> Double {
    switch self {
    case .gaussian:
      center == 0 ? sample.rootMeanSquare : sample.standardDeviation
    case .laplace:
      center == 0 ? sample.meanMagnitude : sample.meanDeviation
    }
  }
}

extension SampleStatistics {
  /// The mean of |x - mean|.
  ///
  /// Twice the sum of what lies above the mean, since deviations add up to zero: O(log n).
  var meanDeviation: Double {
    let tail = mean < 0 ? below : above
    let middle = abs(mean)
    let rank = tail.rank(of: middle)
    let beyond = tail.sum - tail.sum(below: rank) - Double(tail.count - rank) * middle
    return max(0, 2 * beyond / Double(count))
  }
}
