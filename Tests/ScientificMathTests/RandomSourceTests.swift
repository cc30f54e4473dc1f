import ScientificMath
import Testing

@Suite("Random source")
struct RandomSourceTests {
  @Test("The words of a seed are those of xoshiro256** seeded by SplitMix64")
  func knownWords() throws {
    // Computed by an independent implementation of the two published recurrences.
    let expected: [UInt64] = [
      0x1578_0b2e_0c2e_c716, 0x6104_d986_6d11_3a7e, 0xae17_5332_39e4_99a1, 0xecb8_ad47_03b3_60a1,
    ]
    var source = try RandomSource(seed: 42)
    for word in expected {
      let next = source.nextWord()
      #expect(next == word)
    }
    var zero = try RandomSource(seed: 0)
    let first = zero.nextWord()
    #expect(first == 0x99ec_5f36_cb75_f2b4)
  }

  @Test("Uniform numbers are the top 53 bits of a word")
  func knownUniform() throws {
    var source = try RandomSource(seed: 42)
    let values = [source.uniform(), source.uniform()]
    #expect(values == [0.08386297105988216, 0.3789802506626686])
  }

  @Test("Every bit of the seed matters", arguments: 0..<64)
  func everySeedBit(bit: Int) throws {
    for seed: UInt64 in [0, 42, .max] {
      var source = try RandomSource(seed: seed)
      var flipped = try RandomSource(seed: seed ^ (1 << UInt64(bit)))
      let words = (source.nextWord(), flipped.nextWord())
      #expect(words.0 != words.1)
      let values = (source.gaussian(), flipped.gaussian())
      #expect(values.0 != values.1)
    }
  }

  @Test("The same seed gives the same values, by draw and by fill")
  func reproducible() throws {
    for distribution in DistributionTests.all {
      var first = try RandomSource(seed: 7)
      var second = try RandomSource(seed: 7)
      var third = try RandomSource(seed: 7)
      var doubles = [Double](repeating: 0, count: 10)
      var floats = [Float](repeating: 0, count: 10)
      try first.fill(&doubles, from: distribution)
      try second.fill(&floats, from: distribution)
      #expect(doubles.map { Float($0) } == floats)
      for value in doubles {
        let drawn = try third.draw(from: distribution)
        #expect(drawn == value)
      }
    }
  }

  @Test("A certain and an impossible event")
  func certainty() throws {
    var source = try RandomSource(seed: 3)
    for _ in 0..<1_000 {
      let answers = (source.bernoulli(probability: 1), source.bernoulli(probability: 0))
      #expect(answers == (true, false))
    }
  }

  @Test("Chosen indices are distinct, ascending and in range")
  func choice() throws {
    var source = try RandomSource(seed: 5)
    for chosen in [0, 1, 7, 99, 100] {
      let indices = try source.choose(chosen, below: 100)
      #expect(indices.count == chosen)
      #expect(indices.allSatisfy { (0..<100).contains($0) })
      #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test("Every index is chosen equally often")
  func fairChoice() throws {
    var source = try RandomSource(seed: 11)
    let trials = 20_000
    var hits = [Int](repeating: 0, count: 10)
    for _ in 0..<trials {
      for index in try source.choose(3, below: 10) { hits[index] += 1 }
    }
    // Each count is binomial with probability 0.3; four standard deviations.
    let deviation = (Double(trials) * 0.3 * 0.7).squareRoot()
    for count in hits {
      #expect(abs(Double(count) - 0.3 * Double(trials)) <= 4 * deviation)
    }
  }

  @Test("One cannot choose more than there are", arguments: [(-1, 5), (6, 5), (1, 0)])
  func badChoice(chosen: Int, count: Int) throws {
    var source = try RandomSource(seed: 5)
    #expect(throws: GSLError.self) { try source.choose(chosen, below: count) }
  }
}
