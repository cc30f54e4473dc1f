/// The scales that a quantizer may have: normal Float32 numbers with which the reconstruction of every
/// finite value is finite.
///
/// A value of the greatest Float32, as attention masks have it, is `greatest / scale` steps away from
/// zero. The nearest level must not lie beyond Float32, nor the outermost one if that is nearer to zero:
/// ```
/// code  = min(roundHalfEven(greatest / scale), outermost)
/// level = Float32(code) * scale < 2^128 - 2^103, which is what rounds to infinity
/// ```
/// All scales up to `greatest / outermost` are usable. Beyond, the outermost codes are never produced,
/// and the scales between `greatest / code` and `greatest / (code - 1/2)` are not usable. Of levels that
/// are not integers none beyond `greatest / outermost` is taken to be usable.
package struct UsableScales: Hashable, Sendable {
  /// The least scale, in Double.
  package static let least = Double(Float.leastNormalMagnitude)
  private static let beyondFloat = 0x1.ffffffp127

  /// The steps between real zero and the outermost level.
  private let outermost: Double
  private let hasIntegers: Bool

  /// The scales of quantizers with codes on either side of real zero, `qmin - z ... qmax - z`.
  package init(codes: ClosedRange<Int>) {
    outermost = Double(max(-codes.lowerBound, codes.upperBound))
    hasIntegers = true
  }

  /// The scales of quantizers with the levels of a ladder.
  package init(_ ladder: LevelLadder) {
    outermost = ladder.outermost
    hasIntegers = false
  }

  /// Whether all scales from ``least`` up to one are usable.
  package func containsAll(upTo scale: Double) -> Bool { outermost * scale < Self.beyondFloat }

  /// Whether a scale is usable.
  package func contains(_ scale: Double) -> Bool {
    scale >= Self.least
      && (containsAll(upTo: scale) || code(scale) * scale < Self.beyondFloat)
  }

  /// Whether no scale from one to another is usable, as far as that is seen from the ends.
  package func excludes(from low: Double, to high: Double) -> Bool {
    guard !containsAll(upTo: high) else { return false }
    guard hasIntegers else { return !containsAll(upTo: low) }
    let code = code(low)
    return code == self.code(high) && code * low >= Self.beyondFloat
  }

  /// The greatest usable scale, a Float32, that is not above one that is not usable; ``least`` for what
  /// is below it.
  package func nearest(to scale: Double) -> Float {
    guard scale > Self.least else { return .leastNormalMagnitude }
    let code = code(scale)
    let greatest = Float(Self.beyondFloat / code)
    return code * Double(greatest) < Self.beyondFloat ? greatest : greatest.nextDown
  }

  /// The code of the greatest Float32.
  private func code(_ scale: Double) -> Double {
    guard hasIntegers else { return outermost }
    let steps = Float.greatestFiniteMagnitude / Float(scale)
    return min(Double(steps.rounded(.toNearestOrEven)), outermost)
  }
}
