internal import CGSL

/// A straight line `intercept + slope x`.
public struct StraightLine: Hashable, Sendable {
  /// Where it begins.
  public let intercept: Double
  /// How steep it is.
  public let slope: Double

  /// The line with the least relative squares: `sum ((line(x) - y) / y)^2`, so that points count alike
  /// over any number of decades.
  ///
  /// GSL's weighted linear regression with weights 1 / y^2.
  ///
  /// - Parameter points: Two or more with different x, none with y = 0.
  /// - Throws: ``GSLError`` for other points.
  public init(fitting points: [(x: Double, y: Double)]) throws(GSLError) {
    guard Set(points.map(\.x)).count > 1, points.allSatisfy({ $0.y != 0 }) else {
      throw .invalid("line through \(points.count) points")
    }
    let (x, y) = (points.map(\.x), points.map(\.y))
    let weights = y.map { 1 / ($0 * $0) }
    var (intercept, slope) = (0.0, 0.0)
    var (c00, c01, c11, chi) = (0.0, 0.0, 0.0, 0.0)
    try GSLRuntime.check("gsl_fit_wlinear") {
      gsl_fit_wlinear(
        x, 1, weights, 1, y, 1, x.count, &intercept, &slope, &c00, &c01, &c11, &chi)
    }
    (self.intercept, self.slope) = (intercept, slope)
  }

  /// The value at x.
  public func value(at x: Double) -> Double { intercept + slope * x }
}
