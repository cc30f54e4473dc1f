package import QuantizationCore

/// A search over both ends of a range for any cost: a coarse grid, then a descent end by end.
///
/// Nothing is assumed of the cost, so nothing is certified: the answer is the best of what was
/// tried, and what was tried does not depend on anything but the data's extrema and the seeds.
package struct RangeSearch {
  /// How many parts each end of the data's range is cut into.
  private static let parts = 8
  /// The descent halves its step down to this share of the data's range.
  private static let finest = 1.0 / 1024

  private let grid: CodeGrid
  private let data: ClippingRange
  private let cost: (QuantizationParameters) -> Double
  private var known: [QuantizationParameters: Double] = [:]
  private var least = Double.infinity

  /// The best quantizer so far.
  package private(set) var best: QuantizationParameters

  /// Prepares a search over ranges inside `data`, starting from the whole of it.
  package init(
    grid: CodeGrid, data: ClippingRange, cost: @escaping (QuantizationParameters) -> Double
  ) {
    self.grid = grid
    self.data = data
    self.cost = cost
    best = QuantizationParameters(covering: data, on: grid)
    consider(best)
  }

  /// Tries one quantizer; whether it is the best so far.
  ///
  /// Equal costs keep the earlier one.
  @discardableResult
  package mutating func consider(_ candidate: QuantizationParameters) -> Bool {
    guard candidate.condition != .degenerate, known[candidate] == nil else { return false }
    let value = cost(candidate)
    known[candidate] = value
    guard value < least else { return false }
    (least, best) = (value, candidate)
    return true
  }

  /// Tries all ranges whose ends are eighths of the data's.
  package mutating func scan() {
    for upper in 0...Self.parts {
      for lower in 0...Self.parts {
        consider(range(Double(lower) / Double(Self.parts), Double(upper) / Double(Self.parts)))
      }
    }
  }

  /// Moves either end of the best range while that helps, by halving steps.
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

  /// The quantizer that covers shares of the data's ends.
  private func range(_ lower: Double, _ upper: Double) -> QuantizationParameters {
    let ends = ClippingRange(data.lower * max(0, lower), data.upper * max(0, upper))
    return QuantizationParameters(covering: ends, on: grid)
  }
}
