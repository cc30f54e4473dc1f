internal import CGSL

/// Whole numbers from 0 to `count - 1`, each as likely: those that `gsl_rng_uniform_int` draws.
///
/// GSL divides every word of the generator by the share of words that a number has, and draws again
/// where a number would be too large. Division takes most of that time. Here the quotient comes from
/// a multiplication, which is at most one too small, and is put right.
package struct UniformIndices: Sendable {
  private let count: UInt64
  /// How many words of the generator stand for each number.
  private let share: UInt64

  /// Prepares draws; `count` must be positive.
  package init(count: Int) {
    self.count = UInt64(count)
    share = UInt64.max / self.count
  }

  /// The number a word stands for; none for the few words that are left over.
  package func index(of word: UInt64) -> Int? {
    // word / share lies at most count / 2^64 parts above word * count / 2^64.
    var index = word.multipliedFullWidth(by: count).high
    if word &- index &* share >= share { index += 1 }
    return index < count ? Int(index) : nil
  }
}

extension RandomSource {
  /// One of the numbers.
  mutating func index(among indices: UniformIndices) -> Int {
    while true {
      let word = UInt64(rangelab_xoshiro_get(generator.pointee.state))
      if let index = indices.index(of: word) { return index }
    }
  }
}
