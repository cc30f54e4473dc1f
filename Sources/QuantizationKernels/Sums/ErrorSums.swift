internal import Foundation

/// What one pass over original and reconstructed values adds up.
///
/// Merging is addition.
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
  /// Sums are added in the order of the calls: merge in index order.
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
  /// Its parts are summed apart: a difference of sums would lose the smaller part.
  public var squaredError: Double { roundedSquaredError + clippedSquaredError }

  /// Mean squared error, `sum (x - x^)^2 / n`.
  public var mse: Double { squaredError / Double(count) }

  /// The clipping part of ``mse``: values beyond the outermost level, whole error.
  public var clippingMSE: Double { clippedSquaredError / Double(count) }

  /// The rounding part of ``mse``: everything that is not clipping.
  public var roundingMSE: Double { roundedSquaredError / Double(count) }

  /// The share of values beyond the outermost level.
  public var clippedFraction: Double { Double(clippedCount) / Double(count) }

  /// Signal to quantization noise ratio, `10 log10(sum x^2 / sum e^2)` dB; infinite without error.
  public var sqnrInDecibels: Double {
    squaredError == 0 ? .infinity : 10 * log10(signal / squaredError)
  }

  /// Cosine of the angle between original and reconstruction; 1 for two zero vectors, 0 for one.
  ///
  /// The inner product follows from the three energies, `(x.x + x^.x^ - e.e) / 2`.
  public var cosine: Double {
    guard signal > 0, reconstructedSignal > 0 else { return signal == reconstructedSignal ? 1 : 0 }
    let product = (signal + reconstructedSignal - squaredError) / 2
    return min(1, product / (signal.squareRoot() * reconstructedSignal.squareRoot()))
  }
}

extension ErrorSums {
  /// The sums of one chunk; the steps become reals by the square of the scale.
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

  /// Whether squares formed in Float were ordinary numbers wherever they mattered.
  ///
  /// A square that overflowed makes a sum infinite. A square that underflowed lost at most 2^-126;
  /// with at most 2^16 of them beside a sum of 2^-80 that is below 2^-30 of it.
  var fitsFloat: Bool {
    let trusted = 0x1p-80...0x1p120
    return trusted.contains(roundedSquaredError) && trusted.contains(signal)
      && (clippedCount == 0 || trusted.contains(clippedSquaredError))
  }
}
