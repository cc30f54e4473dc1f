import _TestSupport
import Figures
import Foundation
import Reports
import ResultAnalysis
import ResultRecords
import Testing

@Suite struct ReportFigureTests {
  private func names(_ records: [ResultRecord], _ timings: String? = nil) -> [String] {
    ReportFigures(records, timings: timings.flatMap { CellTimings($0) }).figures.map(\.name)
  }

  private static let timings = """
    tensor,estimator,bits,scheme,grid,granularity,calibration,held_out,seconds_alone
    t0,a,8,symmetric,narrow,tensor,,,0.001
    t1,a,8,symmetric,narrow,tensor,,,0.004
    t0,b,8,symmetric,narrow,tensor,,,0.1

    """

  @Test("what has no data is left out")
  func leftOut() throws {
    #expect(names([]).isEmpty)
    let one = [try record("t0", "a", mse: 1), try record("t0", "b", mse: 2)]
    #expect(names(one) == ["heatmap-8-bits", "error-shares"])
    #expect(names(one, Self.timings) == ["heatmap-8-bits", "error-shares", "quality-cost"])
    let failed = [try record("t0", "a", mse: nil, status: .failed("no"))]
    #expect(names(failed).isEmpty)
    let both =
      one + [try record("t0", "a", bits: 4, mse: 1), try record("t0", "b", bits: 4, mse: 2)]
    #expect(
      names(both) == ["regret-bits", "heatmap-4-bits", "heatmap-8-bits", "error-shares"])
  }

  @Test("a lossless tensor has neither ratio nor shares")
  func lossless() throws {
    #expect(names([try record("t0", "a", mse: 0)]).isEmpty)
  }

  @Test("timings are read by column and averaged geometrically")
  func costs() throws {
    let records = try (0..<2).flatMap {
      [try record("t\($0)", "a", mse: 1), try record("t\($0)", "b", mse: 2)]
    }
    let figures = ReportFigures(records, timings: CellTimings(Self.timings)).figures
    let cost = try #require(figures.first { $0.name == "quality-cost" })
    // The geometric mean of 1 and 4 ms.
    #expect(cost.svg.contains("a: time per tensor, ms 2,"), "\(cost.description)")
    #expect(cost.svg.contains("b: time per tensor, ms 100,"))
    #expect(CellTimings("tensor,seconds\nt0,1\n") == nil)
  }

  @Test("every figure of the committed results is valid and the same twice", arguments: results)
  func real(_ name: String) throws {
    let url = Self.folder.appendingPathComponent("\(name)/results.csv")
    let records = try ResultFile(String(contentsOf: url, encoding: .utf8)).records
    let figures = ReportFigures(records).figures
    #expect(Set(figures.map(\.name)).count == figures.count && figures.count >= 4)
    for (figure, again) in zip(figures, ReportFigures(records).figures) {
      #expect(figure.svg == again.svg)
      #expect(figure.svg.utf8.count < 100_000, "\(figure.name): \(figure.svg.utf8.count)")
      try expectSound(figure)
    }
  }

  private static let results = [
    "bits", "calibration-size", "estimators", "granularity", "outliers", "quickstart",
  ]
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("results")
}
