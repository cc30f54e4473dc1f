import Foundation
import QuantizationCore
import ResultAnalysis
import ResultRecords
import Testing

/// Results on held-out batches: the choice of batches belongs to the cell.
@Suite struct ErrorTableSplitTests {
  /// A cell calibrated on some batches and measured on batches 8 to 15; without any, in sample.
  private func cell(
    _ tensor: String, _ estimator: String, _ calibration: String?, mse: Double
  ) throws -> ResultRecord {
    let plain = try record(tensor, estimator, mse: mse)
    let split = try calibration.map {
      CalibrationSplit(calibration: try #require(BatchSet($0)), heldOut: BatchSet(8...15))
    }
    return ResultRecord(
      key: ResultRecord.Key(
        tensor: tensor, estimator: estimator, grid: plain.key.grid, granularity: .tensor,
        split: split),
      elements: 64, lanes: 1, values: plain.values, status: .ok)
  }

  /// Of each tensor two choices of one batch, one of two batches, and in sample; `b` has 2, 8, 4 and
  /// 1 times the error of `a`.
  private func records() throws -> [ResultRecord] {
    try ["x", "y"].flatMap { tensor in
      try [("0..0", 2.0), ("1..1", 8), ("0..1", 4), (nil, 1)].flatMap { calibration, factor in
        [
          try cell(tensor, "a", calibration, mse: 0.5),
          try cell(tensor, "b", calibration, mse: 0.5 * factor),
        ]
      }
    }
  }

  @Test("every choice of batches is a cell of its own, and of each tensor their mean counts")
  func estimators() throws {
    let errorTable = ErrorTable(estimatorsOf: try records())
    #expect(errorTable.cells.count == 8 && errorTable.cells.allSatisfy { !$0.errors.contains(nil) })
    #expect(errorTable.cells.count { $0.key.split == nil } == 2)
    let pair = try #require(try ErrorComparison(errorTable).slices.first?.comparisons.first)
    #expect(pair.tensors == 2 && pair.cells == 8)
    // The fourth root of 2 * 8 * 4 * 1.
    #expect(abs((pair.ratio ?? 0) - 64.squareRoot().squareRoot()) <= 1e-12)
    let reversed = ErrorTable(estimatorsOf: try records().reversed())
    #expect(reversed.cells.map(\.errors) == errorTable.cells.map(\.errors), "no order decides")
  }

  @Test("numbers of calibration batches are an axis, and in sample is apart from them")
  func slices() throws {
    let comparison = try ErrorComparison(ErrorTable(estimatorsOf: try records()))
    let slices = comparison.slices.filter { $0.slice.axis == .calibration }
    #expect(slices.map(\.slice.value) == ["1 batch", "2 batches", "in sample"])
    let ratios = slices.map { ($0.comparisons.first?.ratio ?? 0).rounded() }
    #expect(ratios == [4, 4, 1] && slices.map(\.slice.cells.count) == [4, 2, 2])
    let plain = try ErrorComparison(
      ErrorTable(estimatorsOf: try records().filter { $0.key.split == nil }))
    #expect(!plain.slices.contains { $0.slice.axis == .calibration })
  }

  @Test("files meet choice by choice, and a change says which")
  func files() throws {
    let old = try records()
    let new = try old.map { record in
      record.key.split?.calibration == BatchSet(1...1) && record.key.estimator == "b"
        ? try cell(record.key.subject.description, "b", "1..1", mse: 5) : record
    }
    let errorTable = ErrorTable(files: [("old", old), ("new", new)])
    #expect(errorTable.cells.count == 16)
    let changes = try ErrorComparison(errorTable).largestChanges(9)
    #expect(changes.map(\.key.tensor) == ["x", "y"])
    #expect(changes.allSatisfy { $0.from == 4 && $0.to == 5 })
    #expect(
      changes.first?.key.description
        == "x b 4 bits symmetric narrow tensor calibration 1..1 held-out 8..15")
  }

  @Test("the gate tells the choices apart")
  func gate() throws {
    let old = try records()
    let new = old.filter { $0.key.split?.calibration != BatchSet(1...1) }
    let gate = Gate(new, baseline: old)
    #expect(gate.comparedCount == 12 && gate.findings(.missing).count == 4)
    #expect(
      gate.findings(.missing).allSatisfy { finding in
        guard case .cell(let key) = finding.place else { return false }
        return key.split?.calibration == BatchSet(1...1)
      })
  }

  @Test("the committed results on held-out batches are compared to the last row")
  func committed() throws {
    let text = try #require(try committedResults()["calibration-size"])
    let records = try ResultFile(text).records
    let errorTable = ErrorTable(estimatorsOf: records)
    let count = errorTable.cells.reduce(0) { $0 + $1.errors.compactMap { $0 }.count }
    #expect(count == records.count && count == 4320)
  }

  @Test("tensors and estimators whose names are canonically equal are two")
  func names() throws {
    let twins = ["caf\u{E9}", "cafe\u{301}"]
    let tensors = try twins.flatMap {
      [try record($0, "a", mse: 1), try record($0, "b", mse: 2)]
    }
    let pair = try ErrorComparison(ErrorTable(estimatorsOf: tensors)).slices.first?.comparisons
      .first
    #expect(pair?.tensors == 2)
    let estimators = try twins.enumerated().map { try record("t", $1, mse: Double($0 + 1)) }
    let errorTable = ErrorTable(estimatorsOf: estimators)
    #expect(errorTable.contenders.count == 2)
    // In the order of their bytes: e before é.
    #expect(errorTable.cells.map(\.errors) == [[2, 1]])
    #expect(Gate(tensors, baseline: tensors).comparedCount == 4)
  }

  @Test("a cell that somebody reproduces exactly ranks nobody")
  func exactCells() throws {
    // `a` has no error at 8 bits, which has no logarithm; at 4 bits `b` is better.
    let records = try (0..<6).flatMap { index in
      [
        try record("t\(index)", "a", bits: 8, mse: 0),
        try record("t\(index)", "b", bits: 8, mse: 1),
        try record("t\(index)", "a", mse: 4), try record("t\(index)", "b", mse: 2),
      ]
    }
    let whole = try #require(try ErrorComparison(ErrorTable(estimatorsOf: records)).slices.first)
    #expect(whole.ranking.tensors == 6)
    #expect(whole.ranking.entries.map(\.contender) == ["b", "a"])
    #expect(whole.ranking.entries.map(\.meanRank) == [1, 2])
  }
}
