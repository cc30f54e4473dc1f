/// A scale from names to equal bands along an axis.
package struct BandScale: Sendable {
  package let count: Int
  package let start: Double
  package let end: Double
  /// The share of a band that stays free around its mark.
  package let gap: Double

  /// Creates a scale of `count` bands.
  package init(_ count: Int, from start: Double, to end: Double, gap: Double = 0.2) {
    (self.count, self.start, self.end, self.gap) = (max(1, count), start, end, gap)
  }

  /// The distance from one band to the next, in pixels.
  package var step: Double { (end - start) / Double(count) }

  /// The middle of a band.
  package func middle(_ index: Int) -> Double { start + step * (Double(index) + 0.5) }

  /// The start and the end of the mark in a band.
  package func band(_ index: Int) -> (start: Double, end: Double) {
    let half = step * (1 - gap) / 2
    return (middle(index) - half, middle(index) + half)
  }
}
