internal import Foundation

/// KL(P || Q) of two histograms that are not normalized yet, bin by bin.
///
/// ```
/// sum p/P log((p/P) / (q/Q)) = (sum p log(p/q)) / P + log(Q / P),   P = sum p, Q = sum q
/// ```
struct DivergenceSums {
  private var weighted = 0.0
  private var reference = 0.0
  private var quantized = 0.0

  /// Adds a bin; both must be positive.
  mutating func add(_ p: Double, _ q: Double) {
    if p != q { weighted += p * log(p / q) }
    reference += p
    quantized += q
  }

  /// Adds bins in which both have the same value.
  mutating func add(_ value: Double, bins: Int) {
    reference += value * Double(bins)
    quantized += value * Double(bins)
  }

  /// The divergence in nats.
  var divergence: Double { weighted / reference + log(quantized / reference) }
}
