package import QuantizationCore

/// A search for the clipping range with the least cost, for any cost function: first over a coarse
/// grid of lower and upper ends, then by moving one end at a time.
///
/// The result is the best of the quantizers that were tried, without a certificate. They depend on the
/// extrema of the data, on the costs, and on earlier calls of ``consider(_:)``.
package struct RangeSearch {
  /// The number of steps of the coarse grid between zero and each end of the data.
  private static let parts = 8
  /// The smallest step of the descent, as a share of the distance from zero to an end of the data.
  private static let finest = 1.0 / 1024

  private let grid: CodeGrid
  private let data: ClippingRange
  private let cost: (QuantizationParameters, _ best: Candidate?) -> Double?
  private var known: Set<QuantizationParameters> = []
  private var least: Double?

  /// A quantizer and its cost.
  package typealias Candidate = (parameters: QuantizationParameters, cost: Double)

  /// The best quantizer so far.
  package private(set) var best: QuantizationParameters

  /// Prepares a search over ranges inside `data`, and tries the whole of it.
  ///
  /// - Parameters:
  ///   - data: The range from the smallest to the largest value, widened to zero.
  ///   - cost: The number to make small. It is called once for each quantizer.
  package init(
    grid: CodeGrid, data: ClippingRange, cost: @escaping (QuantizationParameters) -> Double
  ) {
    self.init(grid: grid, data: data) { candidate, best in
      let value = cost(candidate)
      return value < best?.cost ?? .infinity ? value : nil
    }
  }

  /// Prepares a search whose costs need not be known of quantizers that are not better.
  ///
  /// - Parameters:
  ///   - data: The range from the smallest to the largest value, widened to zero.
  ///   - lowerCost: The cost of a quantizer, or nil if it is not less than that of the best one so far.
  ///     It is called once for each quantizer.
  package init(
    grid: CodeGrid, data: ClippingRange,
    lowerCost: @escaping (QuantizationParameters, _ best: Candidate?) -> Double?
  ) {
    self.grid = grid
    self.data = data
    cost = lowerCost
    best = QuantizationParameters(covering: data, on: grid)
    consider(best)
  }

  /// Tries a quantizer.
  ///
  /// Returns whether its cost is less than that of all earlier ones.
  @discardableResult
  package mutating func consider(_ candidate: QuantizationParameters) -> Bool {
    guard candidate.condition != .degenerate, known.insert(candidate).inserted,
      let value = cost(candidate, least.map { (best, $0) })
    else { return false }
    (least, best) = (value, candidate)
    return true
  }

  /// Tries all ranges whose ends are multiples of an eighth of the ends of the data.
  package mutating func scan() {
    for upper in 0...Self.parts {
      for lower in 0...Self.parts {
        consider(range(Double(lower) / Double(Self.parts), Double(upper) / Double(Self.parts)))
      }
    }
  }

  /// Moves the ends of the best range, one at a time, as long as the cost falls; then halves the step.
  package mutating func descend() {
    var step = 0.5 / Double(Self.parts)
    while step >= Self.finest {
      let lower = data.lower < 0 ? best.lower / data.lower : 0
      let upper = data.upper > 0 ? best.upper / data.upper : 0
      let moved = [
        consider(range(lower, upper - step)), consider(range(lower, upper + step)),
        consider(range(lower - step, upper)), consider(range(lower + step, upper)),
      ].contains(true)
      if !moved { step /= 2 }
    }
  }

  /// The quantizer that covers a range whose ends are given as shares of the ends of the data.
  private func range(_ lower: Double, _ upper: Double) -> QuantizationParameters {
    let ends = ClippingRange(data.lower * max(0, lower), data.upper * max(0, upper))
    return QuantizationParameters(covering: ends, on: grid)
  }
}
