/// SplitMix64: a generator that gives the same numbers for a seed everywhere.
package struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  /// Begins the sequence of a seed.
  package init(seed: UInt64) { state = seed }

  /// The next word.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Knuth's linear congruential generator of 64 bits; only the upper half of a word is random enough.
package struct LinearCongruence {
  private var state: UInt64

  /// Begins the sequence of a seed.
  package init(seed: UInt64) { state = seed }

  /// The next word.
  package mutating func word() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }

  /// The upper half of the next word.
  package mutating func bits() -> UInt32 { UInt32(truncatingIfNeeded: word() >> 32) }

  /// The next number of [0, 1).
  package mutating func unit() -> Double { Double(word() >> 11) / 0x1p53 }
}
