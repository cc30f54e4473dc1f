import NetworkQuantization
import Testing

/// Random numbers that are the same on every run (SplitMix64).
private struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

private typealias Option = MultipleChoiceKnapsack.Option

/// Items of small whole sizes and costs, whose sums Doubles hold exactly.
private func items(_ count: Int, _ random: inout SeededNumbers) -> [[Option]] {
  (0..<count).map { _ in
    (0..<Int.random(in: 1...5, using: &random)).map { _ in
      Option(
        size: Int.random(in: 0...40, using: &random),
        cost: Double(Int.random(in: 0...60, using: &random)))
    }
  }
}

/// Every sum of one option of each item.
private func allSums(_ items: [[Option]]) -> [Option] {
  items.reduce([Option(size: 0, cost: 0)]) { sums, item in
    sums.flatMap { sum in
      item.map { Option(size: sum.size + $0.size, cost: sum.cost + $0.cost) }
    }
  }
}

@Suite struct KnapsackTests {
  @Test(arguments: UInt64(1)...40)
  func knapsackIsAsGoodAsTryingEverything(seed: UInt64) {
    var random = SeededNumbers(state: seed)
    let items = items(Int.random(in: 1...6, using: &random), &random)
    let sums = allSums(items)
    let knapsack = MultipleChoiceKnapsack(items)
    #expect(knapsack.tolerance == 0)
    for budget in 0...250 {
      let best = sums.filter { $0.size <= budget }.map(\.cost).min()
      let found = knapsack.solution(within: budget)
      #expect(found?.cost == best, "budget \(budget)")
      guard let found else { continue }
      let chosen = zip(items, found.options).map { $0[$1] }
      #expect(chosen.reduce(0) { $0 + $1.size } == found.size && found.size <= budget)
      #expect(chosen.reduce(0) { $0 + $1.cost } == found.cost)
    }
  }

  @Test func frontHasWhatNothingBeats() {
    var random = SeededNumbers(state: 99)
    let items = items(5, &random)
    let sums = allSums(items)
    let unbeaten = Set(
      sums.filter { sum in
        !sums.contains {
          $0.size <= sum.size && $0.cost <= sum.cost && $0 != sum
        }
      })
    #expect(Set(MultipleChoiceKnapsack(items).front) == unbeaten)
  }

  @Test(arguments: UInt64(1)...10)
  func thinnedListsStayWithinTheirTolerance(seed: UInt64) {
    var random = SeededNumbers(state: seed)
    let items = items(10, &random)
    let exact = MultipleChoiceKnapsack(items)
    let thinned = MultipleChoiceKnapsack(items, limit: 6)
    #expect(thinned.tolerance > 0 && thinned.front.count <= 6)
    for budget in stride(from: 0, to: 400, by: 7) {
      guard let best = exact.solution(within: budget) else { continue }
      // Rounding of the products of factors is far below 1e-9.
      let most = best.cost * (1 + thinned.tolerance) * (1 + 1e-9)
      #expect((thinned.solution(within: budget)?.cost ?? .infinity) <= most, "budget \(budget)")
    }
  }

  @Test func noItemsCostNothing() {
    let knapsack = MultipleChoiceKnapsack([])
    #expect(knapsack.solution(within: 0)?.options == [])
    #expect(knapsack.solution(within: -1) == nil)
  }
}

@Suite struct KnapsackAllocationTests {
  /// A large tensor that hardly matters and a small one that does.
  private func allocation() throws -> BitAllocation {
    try BitAllocation([
      .init(name: "large", elements: 900, widths: [(2, 4), (4, 1), (8, 0)]),
      .init(name: "small", elements: 100, widths: [(2, 90), (4, 40), (8, 1)]),
    ])
  }

  @Test func bitsGoWhereTheyHelp() throws {
    let allocation = try allocation()
    let choice = try allocation.choice(meanBits: 4.4)
    #expect(choice.bits == [4, 8])
    #expect(choice.meanBits == 4.4 && choice.cost == 2)
    #expect(try allocation.choice(meanBits: 4).bits == [2, 8])
    #expect(allocation.choice(bits: [4, 4])?.cost == 41)
    #expect(allocation.choice(bits: [4, 3]) == nil)
  }

  @Test func tooFewBitsAreRefused() throws {
    let allocation = try allocation()
    #expect(throws: NetworkError.self) { try allocation.choice(meanBits: 1.9) }
    #expect(throws: NetworkError.self) { try allocation.choice(meanBits: .nan) }
    #expect(try allocation.choice(meanBits: 1e300).bits == [8, 8])
  }

  @Test func costsThatAreNotFiniteAreLeftOut() throws {
    let allocation = try BitAllocation([
      .init(name: "a", elements: 1, widths: [(2, .nan), (4, .infinity), (8, 1)])
    ])
    #expect(try allocation.choice(meanBits: 8).bits == [8])
    #expect(throws: NetworkError.self) {
      try BitAllocation([.init(name: "a", elements: 1, widths: [(2, .nan)])])
    }
  }
}
