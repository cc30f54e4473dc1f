import NetworkTraining
import Testing

@Suite("Optimizers, rates and orders")
struct OptimizerTests {
  /// Two steps with gradients 2 and then -1 from a value of 1.
  private func moved(_ optimizer: Optimizer, decays: Bool = true) -> [Float] {
    var values: [Float] = [1]
    var moments = [[Float]](repeating: [0], count: optimizer.momentCount)
    var seen: [Float] = []
    for (index, gradient) in [[Float(2)], [-1]].enumerated() {
      optimizer.update(
        &values, &moments, gradient: gradient.span, rate: 0.5, step: index + 1, decays: decays)
      seen.append(values[0])
    }
    return seen
  }

  @Test func `gradient descent with momentum, by hand`() {
    // v = 2, w = 1 - 1; v = 0.5 * 2 - 1 = 0, w stays.
    #expect(moved(Optimizer(.momentum(0.5))) == [0, 0])
    // v = -1 alone.
    #expect(moved(Optimizer(.momentum(0))) == [0, 0.5])
    // g = 2 + 0.5 * 1 = 2.5, w = -0.25; then g = -1 - 0.125, w = -0.25 + 0.5625.
    let decayed = Optimizer(.momentum(0), weightDecay: 0.5)
    #expect(moved(decayed) == [-0.25, 0.3125])
    #expect(moved(decayed, decays: false) == [0, 0.5])
  }

  @Test func `Adam, by hand`() {
    // The first step is the rate in the direction of the gradient, whatever its size.
    // The second: a = (0.9 * 0.2 - 0.1) / 0.19, q = (0.999 * 0.004 + 0.001) / 0.001999.
    let average = 0.08 / 0.19
    let square = 0.004996 / 0.001999
    let second = 0.5 - 0.5 * average / square.squareRoot()
    let found = moved(Optimizer(Optimizer.adam))
    // Float has 24 bits; some ten roundings stay below 1e-5.
    #expect(abs(Double(found[0]) - 0.5) < 1e-6 && abs(Double(found[1]) - second) < 1e-5)
    // Decoupled decay: a further 0.5 * 0.1 * 1 at the first step.
    let decayed = moved(Optimizer(Optimizer.adam, weightDecay: 0.1))
    #expect(abs(decayed[0] - 0.45) < 1e-6)
  }

  @Test func `the rate rises along a line and falls along a cosine`() {
    let schedule = RateSchedule(peak: 2, warmUp: 4, steps: 12)
    #expect((0..<4).map(schedule.rate) == [0.5, 1, 1.5, 2])
    #expect(schedule.rate(at: 4) == 2 && schedule.rate(at: 8) == 1 && schedule.rate(at: 12) == 0)
    let cosine = RateSchedule(peak: 1, warmUp: 0, steps: 3)
    // (1 + cos 60 degrees) / 2 and (1 + cos 120 degrees) / 2.
    #expect(cosine.rate(at: 0) == 1)
    #expect(abs(cosine.rate(at: 1) - 0.75) < 1e-6 && abs(cosine.rate(at: 2) - 0.25) < 1e-6)
    #expect(RateSchedule(peak: 1, warmUp: 9, steps: 2).rate(at: 1) == 1)
  }

  @Test(arguments: [0, 1, 2, 257])
  func `an order has every sample once, and differs from epoch to epoch`(count: Int) throws {
    let order = SampleOrder(count: count, seed: 7)
    let first = try order.permutation(ofEpoch: 0)
    #expect(first.sorted() == Array(0..<count))
    #expect(try order.permutation(ofEpoch: 0) == first)
    guard count > 2 else { return }
    #expect(try order.permutation(ofEpoch: 1) != first)
    #expect(try SampleOrder(count: count, seed: 8).permutation(ofEpoch: 0) != first)
  }

  @Test func `every permutation of three is as likely`() throws {
    var counts: [[Int]: Int] = [:]
    let order = SampleOrder(count: 3, seed: 1)
    for epoch in 0..<6000 { counts[try order.permutation(ofEpoch: epoch), default: 0] += 1 }
    // 1000 each; the deviation is below 29, so that five of them stay below 150.
    #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 150 })
  }
}
