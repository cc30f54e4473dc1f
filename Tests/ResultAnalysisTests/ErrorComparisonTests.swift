import Foundation
import QuantizationCore
import ResultAnalysis
import ResultRecords
import ScientificMath
import TensorIO
import Testing

@Suite struct ErrorComparisonTests {
  private func compare(
    _ records: [ResultRecord], _ change: (inout ComparisonMethod) -> Void = { _ in }
  ) throws -> ErrorComparison {
    var method = ComparisonMethod()
    change(&method)
    return try ErrorComparison(ErrorTable(estimatorsOf: records), method: method)
  }

  private func whole(_ comparison: ErrorComparison) throws -> SliceComparison {
    try #require(comparison.slices.first)
  }

  @Test("the ratio is the geometric mean over tensors, wins and losses are tensors")
  func ratio() throws {
    let comparison = try compare(
      try column("a", [1, 1, 1, 1]) + column("b", [2, 8, 1, 0.25])
    ) { $0.reference = "a" }
    let pair = try #require(try whole(comparison).comparisons.first)
    #expect((pair.contender, pair.reference, pair.tensors, pair.cells) == ("b", "a", 4, 4))
    // exp of a mean of logarithms: a few units in the last place.
    #expect(abs(try #require(pair.ratio) - 2.0.squareRoot()) <= 1e-15)
    #expect(abs(try #require(pair.medianRatio) - 2.0.squareRoot()) <= 1e-15)
    #expect((pair.wins, pair.ties, pair.losses) == (1, 1, 2))
  }

  @Test("cells of one tensor are averaged: they are not more evidence")
  func clustered() throws {
    let errors: [Double] = [2, 3, 4, 5, 6, 7, 8]
    let ones = errors.map { _ in 1.0 }
    let once = try column("a", ones) + column("b", errors)
    let often =
      once
      + (try [5, 6, 7].flatMap { try column("a", ones, bits: $0) + column("b", errors, bits: $0) })
    let (few, many) = (try whole(compare(once)), try whole(compare(often)))
    let (first, second) = (
      try #require(few.comparisons.first), try #require(many.comparisons.first)
    )
    #expect((first.cells, second.cells) == (7, 28))
    #expect(first.tensors == 7 && second.tensors == 7)
    #expect(first.test?.pValue == 2.0 / 128 && second.test?.pValue == 2.0 / 128)
    #expect(first.interval == second.interval && first.ratio == second.ratio)
  }

  @Test("five tensors make no test and no interval, six do")
  func tooFew() throws {
    for count in [5, 6] {
      let errors = (1...count).map { Double($0) }
      let records = try column("a", errors) + column("b", errors.map { 3 * $0 })
      let slice = try whole(compare(records))
      let pair = try #require(slice.comparisons.first)
      #expect((pair.test == nil) == (count == 5) && (pair.interval == nil) == (count == 5))
      #expect(slice.ranking.pairs.isEmpty == (count == 5))
      #expect((slice.ranking.criticalDifference == nil) == (count == 5))
      // Equal ratios have an interval without width.
      #expect(pair.interval.map { abs($0.upperBound - 3) <= 1e-14 } ?? true)
      #expect(slice.ranking.entries.map(\.meanRank) == [1, 2])
    }
  }

  @Test("differences up to the size of a tie are ties, in ratios and in ranks")
  func ties() throws {
    let errors = (1...8).map { Double($0) }
    let close = errors.enumerated().map { $1 * (1 + ($0.isMultiple(of: 2) ? 1e-7 : -1e-7)) }
    let records = try column("a", errors) + column("b", close)
    let tied = try whole(compare(records))
    let pair = try #require(tied.comparisons.first)
    #expect(pair.ties == 8 && pair.test?.pValue == 1)
    #expect(tied.ranking.entries.map(\.meanRank) == [1.5, 1.5])
    let strict = try whole(compare(records) { $0.tie = 0 })
    #expect(strict.comparisons.first?.ties == 0)
  }

  @Test("the reference is the estimator with the least mean rank, or the one that is named")
  func reference() throws {
    let records = try column("a", [2, 2]) + column("b", [1, 1]) + column("c", [3, 3])
    #expect(try compare(records).reference == "b")
    #expect(try compare(records) { $0.reference = "c" }.reference == "c")
    #expect {
      try compare(records) { $0.reference = "d" }
    } throws: { error in
      (error as? ComparisonError)?.fault == .unknownReference && "\(error)".contains("a, b, c")
    }
  }

  @Test("who lacks a cell is compared where possible and not ranked")
  func coverage() throws {
    let records = try column("a", [1, 1, 1]) + column("b", [2, 2, 2]) + column("c", [3, 3])
    let slice = try whole(compare(records))
    #expect(slice.ranking.entries.map(\.contender) == ["a", "b"])
    #expect(slice.coverage == ["a": 3, "b": 3, "c": 2])
    #expect(slice.comparisons.map(\.tensors) == [3, 2])
  }

  @Test("a cell without error on one side has no ratio, on both sides it is a tie")
  func lossless() throws {
    let records = try column("a", [0, 0, 1]) + column("b", [0, 5, 2])
    let pair = try #require(
      try whole(compare(records) { $0.reference = "a" }).comparisons.first)
    #expect((pair.lossless, pair.tensors, pair.ties, pair.losses) == (1, 2, 1, 1))
    #expect(pair.ratio?.isFinite == true)
  }

  @Test("slices hold the cells of one value, in the order of the field")
  func slices() throws {
    let granularities: [Granularity] = [
      .group(size: 8), .tensor, .channel(axis: 0), .group(size: 64),
    ]
    let records = try [16, 4, 8].flatMap { bits in
      try granularities.flatMap { granularity in
        try ["a", "b"].map {
          try record("t", $0, bits: bits, mse: 1, granularity: granularity)
        }
      }
    }
    let slices = try compare(records).slices.map(\.slice)
    #expect(
      slices.map(\.axis) == [.all] + [.bits, .bits, .bits]
        + Array(repeating: .granularity, count: 4))
    #expect(
      slices.map(\.value)
        == ["", "4", "8", "16", "tensor", "channel:0", "group:64", "group:8"])
    #expect(slices.map(\.cells.count) == [12, 4, 4, 4, 3, 3, 3, 3])
  }

  @Test("files are joined by key; estimators are an axis")
  func files() throws {
    let old = try column("a", [1, 1]) + column("b", [4, 4]) + [try record("gone", "a", mse: 9)]
    let new = try column("a", [2, 2]) + column("b", [1, 1])
    let comparison = try ErrorComparison(
      ErrorTable(files: [(name: "old", records: old), (name: "new", records: new)]))
    #expect(comparison.reference == "old")
    #expect(comparison.slices.map(\.slice.value) == ["", "a", "b"])
    let ratios = comparison.slices.compactMap { $0.comparisons.first?.ratio }
    for (ratio, expected) in zip(ratios, [Double(0.5).squareRoot(), 2, 0.25]) {
      #expect(abs(ratio / expected - 1) <= 1e-15)
    }
    let changes = comparison.largestChanges(3)
    #expect(changes.map { $0.key.estimator } == ["b", "b", "a"])
    #expect((changes.first?.from, changes.first?.to) == (4, 1))
  }

  @Test("files with nothing in common and a single estimator are refused")
  func refused() throws {
    let (one, other) = (try column("a", [1]), try column("b", [1]))
    #expect {
      try ErrorComparison(
        ErrorTable(files: [(name: "x", records: one), (name: "y", records: other)]))
    } throws: { error in
      (error as? ComparisonError)?.fault == .nothingInCommon
    }
    #expect {
      try compare(one)
    } throws: { error in
      (error as? ComparisonError)?.fault == .tooFew
    }
  }

  @Test("groups join neighbours of whom no pair differs, by either test")
  func groups() throws {
    // a and b swap places from tensor to tensor, c is behind on all of 12.
    let a = (0..<12).map { $0.isMultiple(of: 2) ? 1.0 : 1.25 }
    let b = (0..<12).map { $0.isMultiple(of: 2) ? 1.25 : 1.0 }
    let records = try column("a", a) + column("b", b) + column("c", a.map { _ in 8 })
    let ranking = try whole(compare(records)).ranking
    #expect(ranking.entries.map(\.contender) == ["a", "b", "c"])
    #expect(ranking.entries.map(\.meanRank) == [1.5, 1.5, 3])
    #expect(ranking.wilcoxonGroups == [0..<2] && ranking.nemenyiGroups == [0..<2])
    let all = try column("a", a) + column("b", a) + column("c", a)
    #expect(try whole(compare(all)).ranking.wilcoxonGroups == [0..<3])
    // Holm over three pairs: two of 2 / 4096 become three times that, the third stays 1.
    let pValues = ranking.pairs.map(\.adjustedPValue)
    #expect(pValues == [1, 6.0 / 4096, 6.0 / 4096])
  }

  @Test("overlapping groups are both there, contained ones are not")
  func overlapping() throws {
    // Mean ranks 1.5, 2, 2.5 and 4: only the ends of the first three differ by Wilcoxon's test.
    let records =
      try column("a", [1, 1, 1, 1, 1, 1, 1, 9, 1, 1])
      + column("b", [2, 2, 2, 2, 2, 0.5, 0.5, 2, 2, 0.5])
      + column("c", [3, 3, 3, 1.5, 1.5, 3, 3, 3, 3, 3])
      + column("d", Array(repeating: 40, count: 10))
    let ranking = try whole(compare(records)).ranking
    for group in ranking.wilcoxonGroups {
      let names = ranking.entries[group].map(\.contender)
      let joined = ranking.pairs.filter { names.contains($0.first) && names.contains($0.second) }
      #expect(joined.allSatisfy { $0.adjustedPValue > 0.05 })
    }
    let bounds = ranking.wilcoxonGroups
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0.upperBound < $1.upperBound })
  }

  @Test("the same seed gives the same intervals, another gives others")
  func seeded() throws {
    let errors = (1...9).map { Double($0 * $0) }
    let records = try column("a", errors) + column("b", errors.reversed())
    func interval(_ seed: UInt64) throws -> ClosedRange<Double>? {
      try whole(compare(records) { $0.seed = seed }).comparisons.first?.interval
    }
    #expect(try interval(1) == interval(1) && interval(1) != interval(2))
  }
}
