internal import Foundation

/// A scale from numbers to positions along an axis.
package struct Scale: Sendable {
  /// The spacing of numbers.
  package enum Kind: Hashable, Sendable {
    case linear
    /// Equal ratios have equal distances; for positive numbers only.
    case log
    /// Linear between the two thresholds around zero, logarithmic beyond.
    case symlog(threshold: Double)
  }

  /// The spacing of numbers.
  package let kind: Kind
  /// The least and the greatest number.
  package let domain: ClosedRange<Double>
  /// The position of the least number, in pixels; ``end`` is that of the greatest.
  package let start: Double
  package let end: Double

  /// Creates a scale; a domain that is a point, or not positive on a log scale, is widened.
  package init(_ kind: Kind, _ domain: ClosedRange<Double>, from start: Double, to end: Double) {
    (self.kind, self.start, self.end) = (kind, start, end)
    self.domain = Self.widened(domain, kind)
  }

  /// The position of a number; numbers beyond the domain are at its ends.
  package func position(_ value: Double) -> Double {
    guard !value.isNaN else { return start }
    let (low, high) = (warp(domain.lowerBound), warp(domain.upperBound))
    let place = warp(min(max(value, domain.lowerBound), domain.upperBound))
    // Halves, because the domain may be wider than the greatest number.
    let share = (place / 2 - low / 2) / (high / 2 - low / 2)
    return start + (end - start) * min(1, max(0, share))
  }

  /// The edges of `count` bins over the whole domain that are equally wide on the axis.
  package func edges(count: Int) -> [Double] {
    let (low, high) = (warp(domain.lowerBound), warp(domain.upperBound))
    return (0...max(1, count)).map { index in
      switch index {
      case 0: domain.lowerBound
      case max(1, count): domain.upperBound
      default: unwarp(low + (high - low) * (Double(index) / Double(count)))
      }
    }
  }

  private func unwarp(_ place: Double) -> Double {
    switch kind {
    case .linear: place
    case .log: pow(10, place)
    case .symlog(let threshold):
      abs(place) <= 1
        ? place * threshold
        : (place < 0 ? -1 : 1) * threshold * pow(10, (abs(place) - 1) / Self.decadeLength)
    }
  }

  private func warp(_ value: Double) -> Double {
    switch kind {
    case .linear: value
    case .log: log10(value)
    case .symlog(let threshold):
      abs(value) <= threshold
        ? value / threshold
        : (value < 0 ? -1 : 1) * (1 + log10(abs(value) / threshold) * Self.decadeLength)
    }
  }

  /// A decade beyond the threshold is as long as the half of the linear part.
  private static let decadeLength = 1.0

  private static func widened(_ domain: ClosedRange<Double>, _ kind: Kind) -> ClosedRange<Double> {
    var (low, high) = (domain.lowerBound, domain.upperBound)
    low = max(low, -.greatestFiniteMagnitude)
    high = min(high, .greatestFiniteMagnitude)
    if kind == .log {
      high = high > 0 ? max(high, .leastNormalMagnitude) : 1
      low = low > 0 ? max(low, .leastNormalMagnitude) : high / 10
      if low >= high { (low, high) = (high / 2, high < 1e300 ? high * 2 : high) }
    } else if low >= high {
      let margin = low == 0 ? 1 : min(abs(low) / 2, 1e300)
      (low, high) = (low - margin, high + margin)
    }
    return low...high
  }
}

extension Scale {
  /// The smallest domain of the finite numbers (the positive ones for a log scale), extended by a
  /// share at both ends; `fallback` if there are none.
  package static func domain(
    around values: [Double], _ kind: Kind, margin: Double = 0.04,
    fallback: ClosedRange<Double> = 0...1
  ) -> ClosedRange<Double> {
    let usable = values.filter { $0.isFinite && (kind != .log || $0 > 0) }
    guard let low = usable.min(), let high = usable.max() else {
      return kind == .log ? 1...10 : fallback
    }
    let plain = widened(low...high, kind)
    switch kind {
    case .log:
      let factor = pow(10, margin * log10(plain.upperBound / plain.lowerBound))
      guard factor.isFinite else { return plain }
      return max(
        plain.lowerBound / factor, .leastNormalMagnitude)...min(
          plain.upperBound * factor, .greatestFiniteMagnitude)
    case .linear, .symlog:
      let extra = margin * (plain.upperBound / 2 - plain.lowerBound / 2) * 2
      let most = Double.greatestFiniteMagnitude
      return max(plain.lowerBound - extra, -most)...min(plain.upperBound + extra, most)
    }
  }
}
