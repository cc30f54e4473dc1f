import QuantizationCore
import Reports
import ResultRecords
import Testing

@Suite struct ComparisonTests {
  /// Ratios to the best: a 1 and 4, b 2 and 1, so geometric means 2 and sqrt 2.
  private func two() throws -> Comparison {
    Comparison([
      try record("x", "a", mse: 1, sqnr: 30), try record("x", "b", mse: 2, clipping: 1, sqnr: 27),
      try record("y", "a", mse: 8, clipping: 2, sqnr: 10),
      try record("y", "b", mse: 2, clipping: 0.5, sqnr: 16),
    ])
  }

  @Test("ratios are geometric means over tensors of the error to the least")
  func ratios() throws {
    let comparison = try two()
    let (a, b) = (comparison.score("a"), comparison.score("b"))
    // exp of a mean of logarithms: a few units in the last place.
    #expect(abs(try #require(a.ratio) - 2) <= 1e-15)
    #expect(abs(try #require(b.ratio) - 2.0.squareRoot()) <= 1e-15)
    #expect((a.count, b.count) == (2, 2))
    #expect(comparison.estimators == ["b", "a"])
  }

  @Test("decibels and clipping shares are plain means over results with any error")
  func means() throws {
    let comparison = try two()
    #expect((comparison.score("a").sqnr, comparison.score("b").sqnr) == (20, 21.5))
    #expect(comparison.score("a").clippingShare == 0.125)
    #expect(comparison.score("b").clippingShare == 0.375)
  }

  @Test("a part keeps the ratios of the whole")
  func filtered() throws {
    let part = try two().filtered { $0.subject == .tensor("y") && $0.estimator == "a" }
    #expect(part.estimators == ["a"])
    #expect(abs(try #require(part.score("a").ratio) - 4) <= 1e-14)
    #expect(part.tensors == ["y"])
  }

  @Test("settings are compared with themselves")
  func settings() throws {
    let comparison = Comparison([
      try record("x", "a", bits: 8, mse: 1), try record("x", "b", bits: 8, mse: 3),
      try record("x", "a", bits: 4, mse: 300), try record("x", "b", bits: 4, mse: 100),
    ])
    #expect(comparison.bits.map(\.count) == [4, 8])
    let ratios = ["a", "b"].compactMap { comparison.score($0).ratio }
    for ratio in ratios { #expect(abs(ratio - 3.0.squareRoot()) <= 1e-15) }
    #expect(ratios.count == 2)
    #expect(comparison.estimators == ["a", "b"])
  }

  @Test("a tensor that the best reproduces exactly has no ratio and counts as lossless")
  func lossless() throws {
    let comparison = Comparison([
      try record("x", "a", mse: 0), try record("x", "b", mse: 5), try record("y", "b", mse: 1),
      try record("z", "c", mse: nil, status: .skipped("why")),
    ])
    #expect(comparison.losslessCount == 1)
    #expect(comparison.score("a").ratio == nil && comparison.score("a").count == 0)
    #expect(comparison.score("a").sqnr == nil)
    #expect(comparison.score("b").count == 1)
    #expect(comparison.estimators == ["b", "a"])
    #expect(comparison.tensors == ["x", "y"])
  }
}
