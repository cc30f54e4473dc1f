import RangeEstimation
import Testing

@Suite struct RepeatedAdditionTests {
  private func loop(_ start: Float, _ term: Float, _ times: Int) -> Float {
    (0..<times).reduce(start) { sum, _ in sum + term }
  }

  @Test("jumps end where a loop ends, bit for bit")
  func sameAsLoop() throws {
    var samples = try TestSamples(seed: 5)
    for _ in 0..<2000 {
      // Terms from far below the unit of the start to far above, of both signs, down through zero.
      let start = Float(samples.index(below: 1 << 20) - 1 << 19) / 1024
      let digits = Float(samples.index(below: 1 << 24) - 1 << 23)
      let term =
        digits * Float(sign: .plus, exponent: -28 - samples.index(below: 24), significand: 1)
      let times = samples.index(below: 8000)
      let found = RepeatedAddition(term: term)(to: start, times: times)
      #expect(found == loop(start, term, times), "\(start) + \(times) x \(term)")
    }
  }

  @Test("half a unit is rounded to even", arguments: [Float(1), 1.0000001, 3, 16_777_215])
  func ties(start: Float) {
    for units in [Float(0.5), 1.5, 2.5, -0.5, -1.5] {
      let term = units * start.ulp
      for times in [0, 1, 2, 5, 6, 7, 100, 7001] {
        let found = RepeatedAddition(term: term)(to: start, times: times)
        #expect(found == loop(start, term, times), "\(start) + \(times) x \(term)")
      }
    }
  }

  /// Across a power of two the unit changes, and with it which sums are odd and how terms round.
  @Test("jumps stop at powers of two from either side", arguments: [Float(1), 0x1p-20, 0x1p20])
  func powersOfTwo(power: Float) {
    for half in -24...24 {
      let start = power + Float(half) * power.ulp / 2
      for units in [Float(0.5), 0.75, 1, 1.25, 1.3, 1.5, 2.5, 3.25] {
        for term in [units * power.ulp, -units * power.ulp] {
          for times in [6, 7, 8, 9, 10, 11, 12, 13, 14, 20, 31] {
            let found = RepeatedAddition(term: term)(to: start, times: times)
            #expect(found == loop(start, term, times), "\(start) + \(times) x \(term)")
          }
        }
      }
    }
  }

  @Test("sums without end or number are those of a loop")
  func notFinite() {
    let most = Float.greatestFiniteMagnitude
    for (start, term) in [(most, most / 4), (-most, -most.ulp), (0, .infinity)] as [(Float, Float)]
    {
      #expect(RepeatedAddition(term: term)(to: start, times: 100) == loop(start, term, 100))
    }
    #expect(RepeatedAddition(term: .nan)(to: 1, times: 100).isNaN)
    #expect(RepeatedAddition(term: -.infinity)(to: .infinity, times: 100).isNaN)
  }
}
