import ScientificMath
import Testing

/// Hand-computed cases, edges and refusals of the statistics.
@Suite("Statistics by hand")
struct StatisticsTests {
  @Test("equals share the mean of their ranks")
  func ranks() {
    let ranks = Ranks([3, 1, 3, 2, 3, 1])
    #expect(ranks.values == [5, 1.5, 5, 3, 5, 1.5])
    #expect(ranks.tieSizes == [2, 3])
    #expect(Ranks([]).values.isEmpty && Ranks([7]).values == [1])
  }

  @Test("six differences of one sign: 2 of 64 assignments are as extreme")
  func oneSided() throws {
    let test = try SignedRankTest(differences: [1, 2, 3, 4, 5, 6])
    #expect((test.statistic, test.positiveRankSum, test.count) == (0, 21, 6))
    #expect(test.pValue == 2.0 / 64 && test.method == .exact)
    #expect(try SignedRankTest(differences: [1, 2, 3, 4, 5]).pValue == 2.0 / 32)
  }

  @Test("swapping the sides changes no p-value", arguments: [7, 13, 14, 51])
  func swapped(count: Int) throws {
    let differences = (1...count).map { Double($0 % 5 - 1) * ($0.isMultiple(of: 3) ? -2 : 1) }
    let there = try SignedRankTest(differences: differences)
    let back = try SignedRankTest(differences: differences.map(-))
    #expect(there.pValue == back.pValue && there.statistic == back.statistic)
  }

  @Test("differences of zero are dropped; none left differ in nothing")
  func zeros() throws {
    let test = try SignedRankTest(differences: [0, 3, 0, -1, 2])
    #expect((test.count, test.positiveRankSum, test.statistic) == (3, 5, 1))
    // Of 8 assignments of signs to 1, 2, 3, two have a sum of positive ranks of 1 or less.
    #expect(test.pValue == 4.0 / 8)
    let same = try SignedRankTest(differences: [Double](repeating: 0, count: 20))
    #expect(same.pValue == 1 && same.count == 0)
    #expect(throws: GSLError.self) { try SignedRankTest(differences: [1, .nan]) }
  }

  @Test("blocks that all rank alike leave no doubt; blocks of ties leave nothing")
  func friedman() throws {
    let alike = try FriedmanTest(blocks: [[1, 2, 3], [4, 5, 6], [0, 7, 9], [1, 2, 5]])
    #expect(alike.meanRanks == [1, 2, 3] && alike.chiSquared == 8)
    #expect(alike.fStatistic == .infinity && alike.fPValue == 0)
    let ties = try FriedmanTest(blocks: [[1, 1], [2, 2]])
    #expect((ties.chiSquared, ties.chiSquaredPValue, ties.fPValue) == (0, 1, 1))
    for blocks in [[], [[1, 2]], [[1, 2], [1]], [[1], [2]], [[1, .nan], [1, 2]]] {
      #expect(throws: GSLError.self) { try FriedmanTest(blocks: blocks) }
    }
  }

  @Test(
    "the studentized ranges in print",
    arguments: [(2, 1.960), (3, 2.343), (4, 2.569), (6, 2.850), (8, 3.031), (10, 3.164)])
  func studentizedRange(count: Int, published: Double) throws {
    // Demšar 2006, table 5 (a): q / sqrt 2 at level 0.05, three decimals, the last one cut.
    let range = try StudentizedRange.quantile(exceededWith: 0.05, count: count)
    #expect(abs(range / 2.0.squareRoot() - published) < 0.001)
    #expect(abs(try StudentizedRange.tail(range, count: count) - 0.05) <= 1e-10)
  }

  @Test("two numbers have a range in closed form")
  func rangeOfTwo() throws {
    for range in [0.1, 1, 3, 6] {
      let expected = 2 * (try SpecialFunctions.normalTail(range / 2.0.squareRoot()))
      #expect(abs(try StudentizedRange.tail(range, count: 2) - expected) <= 1e-12)
    }
    #expect(try StudentizedRange.tail(0, count: 2) == 1)
    #expect(throws: GSLError.self) { try StudentizedRange.quantile(exceededWith: 0, count: 3) }
    #expect(throws: GSLError.self) {
      try NemenyiTest.criticalDifference(treatments: 1, blocks: 9)
    }
  }

  @Test("Holm multiplies by what is left and never steps down")
  func holm() {
    #expect(HolmCorrection.adjusted([0.0625, 0.0078125, 0.03125]) == [0.0625, 0.0234375, 0.0625])
    #expect(HolmCorrection.adjusted([0.5, 0.75]) == [1, 1])
    #expect(HolmCorrection.adjusted([]).isEmpty)
  }

  @Test("a bootstrap follows its seed, surrounds the mean and knows constant samples")
  func bootstrap() throws {
    let sample = [1.0, 2, 4, 8, 16, 32]
    let interval = try PercentileBootstrap(seed: 3).interval(of: sample)
    #expect(try PercentileBootstrap(seed: 3).interval(of: sample) == interval)
    #expect(try PercentileBootstrap(seed: 4).interval(of: sample) != interval)
    #expect(interval.contains(10.5) && interval.lowerBound > 1 && interval.upperBound < 32)
    let wide = try PercentileBootstrap(seed: 3, confidence: 0.99).interval(of: sample)
    #expect(wide.lowerBound < interval.lowerBound && wide.upperBound > interval.upperBound)
    #expect(try PercentileBootstrap(seed: 3).interval(of: [2, 2]) == 2...2)
    for broken in [[], [.infinity]] as [[Double]] {
      #expect(throws: GSLError.self) { try PercentileBootstrap(seed: 1).interval(of: broken) }
    }
  }

  @Test("a root needs a change of sign")
  func root() throws {
    let root = try RootFinder.root(lower: 0, upper: 2) { $0 * $0 - 2 }
    #expect(abs(root - 2.0.squareRoot()) <= 4 * Double.ulpOfOne)
    #expect(throws: GSLError.self) { try RootFinder.root(lower: 2, upper: 3) { $0 * $0 - 2 } }
    #expect(throws: GSLError.self) { try RootFinder.root(lower: 3, upper: 2) { $0 } }
    #expect(throws: GSLError.self) { try RootFinder.root(lower: 0, upper: 1) { _ in .nan } }
  }
}
