/// What a learned number of a quantizer is.
package enum QuantizerParameter: Hashable, Sendable {
  /// A scale: it stays above zero.
  case scale
  /// A zero point in codes, with a fraction while it learns: it stays on the grid.
  case zeroPoint(ClosedRange<Int>)

  /// What the rate of Adam is multiplied by, which moves every value by about the rate, whatever the size of
  /// its gradient.
  ///
  /// A scale moves by shares of what it began with: a scale of 0.01 would be lost after a step of 0.001. With it
  /// each end of a range moves by that share of half the codes, and so does a zero point.
  ///
  /// - Parameter start: The values at the beginning.
  func rateFactor(_ start: [Float]) -> Float {
    switch self {
    case .scale: start.reduce(0, +) / Float(max(1, start.count))
    case .zeroPoint(let codes): Float(codes.count) / 2
    }
  }

  /// Keeps a value where it may be.
  ///
  /// A step that would more than halve a scale halves it, so that none passes zero.
  ///
  /// - Parameters:
  ///   - value: What a step has made.
  ///   - before: What it was.
  package func kept(_ value: Float, before: Float) -> Float {
    switch self {
    case .scale: value > before / 2 ? value : max(before / 2, .leastNormalMagnitude)
    case .zeroPoint(let codes): min(max(value, Float(codes.lowerBound)), Float(codes.upperBound))
    }
  }
}
