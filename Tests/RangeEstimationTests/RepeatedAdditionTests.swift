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
}
