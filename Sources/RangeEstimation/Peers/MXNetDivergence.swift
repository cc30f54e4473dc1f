internal import Foundation

/// MXNet's divergence of one window, bin by bin in Float32: what it decides by between windows that
/// are nearly alike.
///
/// Complexity: O(bins).
enum MXNetDivergence {
  private static let floor: Float = 1e-4

  /// The divergence of a window of a histogram; infinite where smoothing is not possible.
  static func value(_ counts: [Double], in window: Range<Int>, groups: Int) -> Float {
    let (first, last) = (window.lowerBound, window.upperBound - 1)
    var reference = counts[window].map { Float($0) }
    var inside = reference
    inside[0] = 0
    reference[0] = counts[...first].reduce(0) { $0 + Float($1) }
    for count in counts[(last + 1)...] { reference[last - first] += Float(count) }
    let quantized = spread(inside, over: reference, groups: groups)
    guard let p = smoothed(reference), let q = smoothed(quantized) else { return .infinity }
    let (pSum, qSum) = (p.reduce(0, +), q.reduce(0, +))
    var sum: Float = 0
    for (p, q) in zip(p, q) { sum += p / pSum * log((p / pSum) / (q / qSum)) }
    return sum
  }

  private static func spread(_ inside: [Float], over reference: [Float], groups: Int) -> [Float] {
    let size = inside.count / groups
    var quantized = [Float](repeating: 0, count: inside.count)
    for group in 0..<groups {
      let bins = group * size..<(group == groups - 1 ? inside.count : (group + 1) * size)
      let filled = bins.count { inside[$0] > 0 }
      guard filled > 0 else { continue }
      // Counts are whole numbers, and added as such.
      let level = Float(bins.reduce(0.0) { $0 + Double(inside[$1]) }) / Float(filled)
      for bin in bins where reference[bin] > 0 { quantized[bin] = level }
    }
    return quantized
  }

  private static func smoothed(_ values: [Float]) -> [Float]? {
    let zeros = values.count { $0 == 0 }
    guard zeros < values.count else { return nil }
    let share = floor * Float(zeros) / Float(values.count - zeros)
    return share < 1 ? values.map { $0 == 0 ? floor : $0 - share } : nil
  }
}
