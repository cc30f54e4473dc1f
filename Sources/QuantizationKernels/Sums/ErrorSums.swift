internal import CStandardLibrary

/// Sums of errors over some values x and their reconstructions x^.
///
/// All metrics are computed from them.
public struct ErrorSums: Hashable, Sendable {
  /// The number of values.
  public private(set) var count = 0
  /// The sum of `(x - x^)^2` over values within the outermost levels.
  public private(set) var roundedSquaredError = 0.0
  /// The sum of `(x - x^)^2` over values beyond the outermost level.
  public private(set) var clippedSquaredError = 0.0
  /// The number of values beyond the outermost level.
  public private(set) var clippedCount = 0
  /// The largest `|x - x^|`.
  public private(set) var maximumError = 0.0
  /// The sum of `x^2`.
  public private(set) var signal = 0.0
  /// The sum of `x^^2`.
  public private(set) var reconstructedSignal = 0.0

  /// The sums of no values.
  public init() {}

  /// Adds the sums of other values.
  ///
  /// Rounding depends on the order of the calls, so sums must be merged in index order.
  public mutating func merge(_ other: ErrorSums) {
    count += other.count
    roundedSquaredError += other.roundedSquaredError
    clippedSquaredError += other.clippedSquaredError
    clippedCount += other.clippedCount
    maximumError = max(maximumError, other.maximumError)
    signal += other.signal
    reconstructedSignal += other.reconstructedSignal
  }

  /// The sum of `(x - x^)^2`.
  ///
  /// Its two parts are summed separately, because a difference of sums would lose the digits of a small
  /// part.
  public var squaredError: Double { roundedSquaredError + clippedSquaredError }

  /// The mean squared error, `sum (x - x^)^2 / n`.
  public var mse: Double { squaredError / Double(count) }

  /// The part of ``mse`` from clipping: the squared errors of values beyond the outermost level.
  public var clippingMSE: Double { clippedSquaredError / Double(count) }

  /// The part of ``mse`` from rounding: the squared errors of all other values.
  public var roundingMSE: Double { roundedSquaredError / Double(count) }

  /// The share of values beyond the outermost level.
  public var clippedFraction: Double { Double(clippedCount) / Double(count) }

  /// The signal to quantization noise ratio in decibels, `10 log10(sum x^2 / sum (x - x^)^2)`; infinite
  /// without error.
  public var sqnrInDecibels: Double {
    squaredError == 0 ? .infinity : 10 * log10(signal / squaredError)
  }

  /// The cosine of the angle between the vectors x and x^: 1 if both are zero, 0 if one of them is.
  ///
  /// The inner product is computed from sums of squares: `x.x^ = (x.x + x^.x^ - e.e) / 2`, e = x - x^.
  public var cosine: Double {
    guard signal > 0, reconstructedSignal > 0 else { return signal == reconstructedSignal ? 1 : 0 }
    let product = (signal + reconstructedSignal - squaredError) / 2
    return min(1, product / (signal.squareRoot() * reconstructedSignal.squareRoot()))
  }
}

extension ErrorSums {
  /// Creates the sums of one chunk.
  ///
  /// - Parameter stepsSquared: The sum of the squares of the reconstructions divided by the scale.
  init(
    count: Int, roundedSquaredError: Double, clippedSquaredError: Double, clippedCount: Int,
    maximumError: Double, signal: Double, stepsSquared: Double, scale: Float
  ) {
    self.count = count
    self.roundedSquaredError = roundedSquaredError
    self.clippedSquaredError = clippedSquaredError
    self.clippedCount = clippedCount
    self.maximumError = maximumError
    self.signal = signal
    self.reconstructedSignal = Double(scale) * Double(scale) * stepsSquared
  }

  /// Whether the sums are precise although the squares were computed in Float.
  ///
  /// An overflow of a square makes a sum infinite. An underflow loses at most 2^-126; with at most 2^16
  /// underflows in a sum of at least 2^-80, the relative error is below 2^-30.
  var fitsFloat: Bool {
    let trusted = 0x1p-80...0x1p120
    return trusted.contains(roundedSquaredError) && trusted.contains(signal)
      && (clippedCount == 0 || trusted.contains(clippedSquaredError))
  }
}
