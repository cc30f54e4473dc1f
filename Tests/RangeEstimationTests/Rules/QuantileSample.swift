import Foundation

/// Samples without randomness: the quantiles (i - 1/2) / count of a density.
enum QuantileSample {
  /// Laplace of unit mean magnitude.
  static func laplace(_ count: Int) -> [Float] {
    symmetric(count) { -log(2 * $0) }
  }

  /// Normal of unit variance.
  static func gaussian(_ count: Int) -> [Float] {
    symmetric(count) { tail in
      // Newton on log Q, which is concave, from a point below the root.
      var x = 0.0
      for _ in 0..<60 {
        let upper = 0.5 * erfc(x * 0.5.squareRoot())
        let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        let step = log(upper / tail) * upper / density
        x += step
        if abs(step) < 1e-13 { break }
      }
      return x
    }
  }

  /// Student's t with three degrees of freedom, of unit variance, by bisection.
  static func student3(_ count: Int) -> [Float] {
    symmetric(count) { tail in
      var (low, high) = (0.0, 1e6)
      for _ in 0..<80 {
        // With t = sqrt 3 tan a, the upper tail is (pi/2 - a - sin a cos a) / pi.
        let middle = (low + high) / 2
        let complement = atan(3.0.squareRoot() / middle)
        let upper = (complement - sin(2 * complement) / 2) / .pi
        if upper > tail { low = middle } else { high = middle }
      }
      return low / 3.0.squareRoot()
    }
  }

  static func logistic(_ count: Int) -> [Float] {
    symmetric(count) { log((1 - $0) / $0) }
  }

  static func uniform(_ count: Int) -> [Float] { symmetric(count) { 1 - 2 * $0 } }

  /// Mirrors the quantiles of the upper tail.
  private static func symmetric(_ count: Int, _ upper: (Double) -> Double) -> [Float] {
    let half = (0..<count / 2).map { Float(upper((Double($0) + 0.5) / Double(count))) }
    return half.map { -$0 } + half
  }
}
