internal import CGSL

/// A stream of pseudo-random numbers, fully determined by its 64-bit seed.
///
/// The generator is xoshiro256** behind a `gsl_rng`, its state expanded from the seed by SplitMix64
/// (see `xoshiro.h`). Every generator GSL ships keeps at most 32 bits of its seed, so seeds derived
/// by hashing would collide after some 65,000 tensors; here all 64 bits matter. The samplers on top
/// are GSL's.
///
/// Not copyable, so that no two owners can draw the same numbers by accident.
public struct RandomSource: ~Copyable {
  let generator: UnsafeMutablePointer<gsl_rng>

  /// Starts the stream of a seed.
  ///
  /// - Throws: ``GSLError`` when memory runs out.
  public init(seed: UInt64) throws(GSLError) {
    let generator = try GSLRuntime.allocate("gsl_rng_alloc") {
      gsl_rng_alloc(rangelab_gsl_rng_xoshiro256ss())
    }
    gsl_rng_set(generator, UInt(seed))
    self.generator = generator
  }

  deinit {
    gsl_rng_free(generator)
  }

  /// The next 64 random bits.
  public mutating func nextWord() -> UInt64 {
    UInt64(gsl_rng_get(generator))
  }

  /// A uniform number in the open interval (0, 1).
  public mutating func uniform() -> Double {
    gsl_rng_uniform_pos(generator)
  }

  /// A standard normal number (ziggurat method).
  public mutating func gaussian() -> Double {
    gsl_ran_gaussian_ziggurat(generator, 1)
  }

  /// True with the given probability; never for 0 or less, always for 1 or more.
  public mutating func bernoulli(probability: Double) -> Bool {
    gsl_rng_uniform(generator) < probability
  }

  /// Chooses distinct indices below `count`, every set of them with the same probability.
  ///
  /// Knuth's selection sampling (The Art of Computer Programming 2, 3.4.2, algorithm S), as in
  /// `gsl_ran_choose`, but without the array of all candidates that one asks for.
  ///
  /// - Returns: `chosen` indices in ascending order.
  /// - Throws: ``GSLError`` unless `0 <= chosen <= count`.
  public mutating func choose(_ chosen: Int, below count: Int) throws(GSLError) -> [Int] {
    guard chosen >= 0, chosen <= count else {
      throw .invalid("Choice of \(chosen) indices below \(count)")
    }
    var indices: [Int] = []
    indices.reserveCapacity(chosen)
    var candidate = 0
    while indices.count < chosen {
      let needed = Double(chosen - indices.count)
      if Double(count - candidate) * gsl_rng_uniform(generator) < needed {
        indices.append(candidate)
      }
      candidate += 1
    }
    return indices
  }
}
