internal import CStandardLibrary

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

  /// Adds a group of bins that Q spreads evenly: `mass` is their sum of p, and each has q = `level`.
  ///
  /// Their sum of p log p is added by ``add(entropy:)``.
  mutating func add(mass: Double, level: Double, bins: Int) {
    // Most groups of a short lane have one value in each filled bin: log 1 needs no function.
    if level != 1 { weighted -= mass * log(level) }
    reference += mass
    quantized += level * Double(bins)
  }

  /// Adds a sum of p log p whose masses are added with their groups.
  mutating func add(entropy: Double) { weighted += entropy }

  /// Adds bins in which both have the same value.
  mutating func add(_ value: Double, bins: Int) {
    reference += value * Double(bins)
    quantized += value * Double(bins)
  }

  /// The divergence in nats.
  var divergence: Double { weighted / reference + log(quantized / reference) }
}
