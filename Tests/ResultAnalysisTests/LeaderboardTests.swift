import QuantizationCore
import ResultAnalysis
import ResultRecords
import TensorIO
import Testing

@Suite struct LeaderboardTests {
  /// Ratios to the best: a 1 and 4, b 2 and 1, so geometric means 2 and sqrt 2.
  private func two() throws -> Leaderboard {
    Leaderboard([
      try record("x", "a", mse: 1, clipping: 0, sqnr: 30),
      try record("x", "b", mse: 2, clipping: 1, sqnr: 27),
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
    let comparison = Leaderboard([
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
    let comparison = Leaderboard([
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

  @Test("only estimators measured in every cell are ranked, and equals share a place")
  func places() throws {
    let board = Leaderboard([
      try record("x", "a", mse: 3), try record("y", "a", mse: 3),
      try record("x", "b", mse: 2 * (1 + 1e-8)), try record("y", "b", mse: 2),
      try record("x", "c", mse: 2), try record("y", "c", mse: 2), try record("x", "lucky", mse: 1),
    ])
    #expect(board.estimators.first == "lucky" && board.takingCount == 4)
    #expect(board.ranked.map(\.name) == ["c", "b", "a"])
    #expect(board.places == ["b": 0, "c": 0, "a": 1])
  }

  @Test("a verdict of held-out batches leaves out what was chosen on the values that were measured")
  func heldOutVerdict() throws {
    let split = CalibrationSplit(calibration: BatchSet(0...0), heldOut: BatchSet(1...1))
    let records = try (0..<6).flatMap { tensor in
      try [("a", 2.0, 1.0), ("b", 1, 2)].flatMap { name, inSample, heldOut in
        let plain = try record("t\(tensor)", name, mse: inSample)
        let key = ResultRecord.Key(
          subject: plain.key.subject, estimator: name, grid: plain.key.grid,
          granularity: .tensor, split: split)
        return [
          plain,
          ResultRecord(
            key: key, elements: 10, lanes: 1,
            values: try record("t", name, mse: heldOut).values, status: .ok),
        ]
      }
    }
    let verdict = Verdict(records, Leaderboard(records))
    #expect(verdict.isHeldOut && verdict.rows.map(\.column.title) == ["1 batch"])
    #expect(verdict.optimum == "a" && verdict.leaders.map(\.name) == ["b"])
  }
}
