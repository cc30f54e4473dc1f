import ScientificMath
import Testing

@Suite("Shares of right answers")
struct PairedAnswersTests {
  /// Answers of two models, of which so many only one has right, and three each both and none.
  private func test(_ onlyFirst: Int, _ onlySecond: Int) -> McNemarTest {
    func answers(_ first: Bool, _ second: Bool, _ count: Int) -> [(Bool, Bool)] {
      [(Bool, Bool)](repeating: (first, second), count: count)
    }
    let all =
      answers(true, false, onlyFirst) + answers(true, true, 3) + answers(false, true, onlySecond)
      + answers(false, false, 3)
    return McNemarTest(first: all.map(\.0), second: all.map(\.1))
  }

  @Test(
    "McNemar's exact test is scipy's binomtest(b, b + c)",
    arguments: [
      (1, 0, 1.0), (5, 5, 1), (10, 2, 0.03857421875), (3, 14, 0.012725830078125), (0, 6, 0.03125),
      (150, 86, 3.7159361395713866e-05), (1000, 1100, 0.03072070786424249),
      (40, 90, 1.3715068445175432e-05),
    ])
  func mcnemar(_ first: Int, _ second: Int, _ probability: Double) {
    let test = test(first, second)
    #expect((test.onlyFirst, test.onlySecond) == (first, second))
    // Two libraries' tails of the binomial distribution.
    #expect(abs(test.probability / probability - 1) < 1e-10)
    #expect(test.probability == self.test(second, first).probability)
  }

  @Test("models that differ in no answer, and in very many")
  func extremes() {
    #expect(test(0, 0).probability == 1)
    #expect(McNemarTest(first: [], second: []).probability == 1)
    #expect(test(0, 1100).probability < 1e-300)
  }

  @Test(
    "Wilson's interval is that of published tables and of scipy",
    arguments: [
      // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
      // Medicine 17 (1998), table I, to the four digits that it has.
      (81, 263, 0.2553, 0.3662, 5e-5), (15, 148, 0.0624, 0.1605, 5e-5), (0, 20, 0, 0.1611, 5e-5),
      (1, 29, 0.0061, 0.1718, 5e-5),
      // scipy 1.17: binomtest(k, n).proportion_ci(0.95, "wilson").
      (0, 10, 0, 0.27753279986288926, 1e-14), (10, 10, 0.7224672001371109, 1, 1e-14),
      (921, 1000, 0.9026250851159917, 0.9361527842391707, 1e-14),
      (8958, 10000, 0.8896591559521716, 0.9016368709376008, 1e-14),
      (1, 1, 0.20654931437723745, 1, 1e-14),
    ])
  func wilson(_ right: Int, _ all: Int, _ low: Double, _ high: Double, _ tolerance: Double) {
    let interval = WilsonInterval.of(right, in: all)
    #expect(abs(interval.lowerBound - low) <= tolerance)
    #expect(abs(interval.upperBound - high) <= tolerance)
  }
}
