/// A wanted range of reals [lower, upper], widened to contain zero.
///
/// Quantizers keep real zero exact, so a range that leaves zero out cannot be had: [0.2, 0.8]
/// becomes [0, 0.8].
public struct ClippingRange: Hashable, Sendable {
  /// The lower end, at most 0.
  public let lower: Double
  /// The upper end, at least 0.
  public let upper: Double

  /// Creates the smallest range that contains both numbers and zero.
  ///
  /// Both must be finite.
  public init(_ lower: Double, _ upper: Double) {
    precondition(lower.isFinite && upper.isFinite, "a clipping range is finite")
    self.lower = min(lower, upper, 0)
    self.upper = max(lower, upper, 0)
  }

  /// Creates the range [-magnitude, magnitude].
  public init(magnitude: Double) { self.init(-magnitude, magnitude) }
}
