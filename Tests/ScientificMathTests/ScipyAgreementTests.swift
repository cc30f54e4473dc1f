import ScientificMath
import Testing

/// The statistics of ten random data sets are scipy's.
@Suite("Statistics agree with scipy")
struct ScipyAgreementTests {
  // What the lab promises: statistics to 1e-9, p-values to 1e-6.
  private static let statistic = 1e-9
  private static let probability = 1e-6

  private func agree(_ ours: [Double], _ theirs: [Double], within tolerance: Double) -> Bool {
    ours.count == theirs.count
      && zip(ours, theirs).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  @Test("there are ten data sets, exact and approximate, with ties and without")
  func fixture() throws {
    let sets = try ScipyStatistics.load().dataSets
    #expect(sets.count == 10)
    let methods = try sets.map { try SignedRankTest(differences: $0.pairDifferences[0]).method }
    #expect(methods.contains(.exact) && methods.contains(.normal))
    #expect(sets.contains { Ranks($0.pairDifferences[0].map(abs)).tieSizes.count > 1 })
  }

  @Test("ranks, means and medians")
  func ranks() throws {
    for set in try ScipyStatistics.load().dataSets {
      #expect(Ranks(set.values[0]).values == set.firstRanks)
      let difference = zip(set.column(0), set.column(set.treatments - 1)).map { $0 - $1 }
      let summary = try #require(SampleSummary(difference))
      #expect(
        agree([summary.mean, summary.median], [set.mean, set.median], within: Self.statistic))
    }
  }

  @Test("Wilcoxon's signed-rank test of every pair, and Holm's correction")
  func wilcoxon() throws {
    for set in try ScipyStatistics.load().dataSets {
      let tests = try set.pairDifferences.map { try SignedRankTest(differences: $0) }
      #expect(
        agree(tests.map(\.statistic), set.wilcoxonStatistics, within: Self.statistic), "\(set)")
      let pValues = tests.map(\.pValue)
      #expect(agree(pValues, set.wilcoxonPValues, within: Self.probability), "\(set)")
      // Absolute agreement says little about a p-value of 1e-8.
      #expect(zip(pValues, set.wilcoxonPValues).allSatisfy { abs($0 / $1 - 1) <= 1e-9 })
      #expect(
        agree(HolmCorrection.adjusted(pValues), set.holm, within: Self.probability), "\(set)")
    }
  }

  @Test("Friedman's test, Iman and Davenport's form")
  func friedman() throws {
    for set in try ScipyStatistics.load().dataSets {
      let test = try FriedmanTest(blocks: set.values)
      #expect(agree(test.meanRanks, set.meanRanks, within: Self.statistic))
      let statistics = [test.chiSquared, test.fStatistic]
      let pValues = [test.chiSquaredPValue, test.fPValue]
      #expect(
        agree(
          statistics, [set.friedmanChiSquared, set.imanDavenportF], within: Self.statistic))
      #expect(
        agree(
          pValues, [set.friedmanPValue, set.imanDavenportPValue], within: Self.probability))
    }
  }

  @Test("Nemenyi's critical difference")
  func nemenyi() throws {
    let fixture = try ScipyStatistics.load()
    for set in fixture.dataSets {
      let ours = try fixture.levels.map {
        try NemenyiTest.criticalDifference(
          treatments: set.treatments, blocks: set.values.count, level: $0)
      }
      #expect(agree(ours, set.criticalDifferences, within: Self.statistic), "\(set)")
    }
  }

  @Test("percentile bootstrap intervals, as far as two generators agree")
  func bootstrap() throws {
    for set in try ScipyStatistics.load().dataSets {
      let difference = zip(set.column(0), set.column(set.treatments - 1)).map { $0 - $1 }
      let interval = try PercentileBootstrap(seed: 1, resamples: 100_000).interval(of: difference)
      // The 2.5 % quantile of 100,000 means has a standard error of 0.0084 of their standard
      // deviation, a 3.9th of the interval; two of them differ by four standard errors of the
      // difference, 1.2 % of the interval, once in 16,000. Means of coarse values come in steps.
      let width = set.bootstrap[1] - set.bootstrap[0]
      let step = [0.25, 0.0625].first { step in
        difference.allSatisfy { ($0 / step).rounded() == $0 / step }
      }
      let tolerance = 0.0125 * width + (step ?? 0) / Double(difference.count)
      #expect(abs(interval.lowerBound - set.bootstrap[0]) <= tolerance, "\(set)")
      #expect(abs(interval.upperBound - set.bootstrap[1]) <= tolerance, "\(set)")
    }
  }
}
