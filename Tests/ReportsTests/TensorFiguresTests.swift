import Figures
import Foundation
import QuantizationCore
import Reports
import ResultRecords
import TensorIO
import Testing

@Suite struct TensorFiguresTests {
  private let grid: CodeGrid
  private let wide: CodeGrid

  init() throws {
    grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(4)))
    wide = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(8)))
  }

  private func profile(_ name: String = "w", lower: Double = -1, upper: Double = 3) -> TensorProfile
  {
    let curve = TensorProfile.ErrorCurve(
      zeroPoint: 0, end: .upper, clips: lower < upper ? [0.5, 1, 2, 3] : [],
      clipping: lower < upper ? [0.4, 0.1, 0.01, 0] : [],
      rounding: lower < upper ? [0.01, 0.02, 0.05, 0.1] : [])
    return TensorProfile(
      tensor: name, shape: [2, 4], elements: 8, dropped: 0,
      statistics: TensorProfile.Statistics(
        minimum: lower, maximum: upper, mean: 1, standardDeviation: 1, excessKurtosis: nil,
        zeroFraction: 0, negativeShare: 0.5, tailMagnitude: upper),
      histogram: TensorProfile.Histogram(
        lower: lower, upper: upper, counts: lower < upper ? [1, 0, 5, 2] : [8]),
      grids: [grid, wide].map {
        TensorProfile.GridProfile(
          grid: $0, levelsUsed: 3, effectiveLevels: 2, curve: curve,
          optimum: TensorProfile.Optimum(scale: 0.25, zeroPoint: 0, mse: 0.05, lowerBound: 0.05))
      })
  }

  private func record(
    _ estimator: String, scale: Double, mse: Double, tensor: String = "w",
    granularity: Granularity = .tensor
  ) -> ResultRecord {
    ResultRecord(
      key: ResultRecord.Key(
        tensor: tensor, estimator: estimator, grid: grid, granularity: granularity),
      elements: 8, lanes: 1, parameters: QuantizationParameters(scale: scale, grid: grid),
      values: [
        .mse: mse, .clippingMSE: 0, .roundingMSE: mse, .clippedFraction: 0.125, .sqnr: 3,
        .maximumError: 1, .cosine: 1,
      ], status: .ok)
  }

  @Test("every grid has a histogram with its ranges and a curve with its choices")
  func figures() throws {
    let figures = TensorFigures(
      profile(),
      records: [record("minmax", scale: 0.4, mse: 0.1), record("mse", scale: 0.25, mse: 0.05)]
    ).figures
    #expect(
      figures.map(\.name) == [
        "w-symmetric-narrow-b4-histogram", "w-symmetric-narrow-b4-curve",
        "w-affine-unsigned-b8-histogram", "w-affine-unsigned-b8-curve",
      ])
    for figure in figures { _ = try XMLElements(figure.svg) }
    // 7 levels of 0.4 and of 0.25 on either side.
    #expect(
      figures[0].svg.contains("minmax [−2.8, 2.8], clips 12.5 %"), "\(figures[0].description)")
    #expect(figures[1].svg.contains("optimum (mse)") && figures[1].svg.contains("minmax"))
    #expect(!figures[2].svg.contains("minmax"), "records of another grid")
    #expect(figures[3].svg.contains("zero point kept at 0"))
  }

  @Test("estimators that agree share a mark; other tensors and lanes are left out")
  func ranges() throws {
    let records = [
      record("a", scale: 0.4, mse: 0.1), record("b", scale: 0.4, mse: 0.1),
      record("c", scale: 0.3, mse: 0.2, tensor: "v"),
      record("d", scale: 0.3, mse: 0.2, granularity: .channel(axis: 0)),
    ]
    let histogram = try #require(TensorFigures(profile(), records: records).figures(on: grid).first)
    #expect(histogram.svg.contains("a, b [−2.8, 2.8]"))
    #expect(!histogram.description.contains("c [") && !histogram.description.contains("d ["))
  }

  @Test("of many ranges the best stay, and min-max, and the figure says so")
  func limit() throws {
    let many = (1...20).map { record("rule-\($0)", scale: 0.01 * Double($0), mse: Double($0)) }
    let records = many + [record("minmax", scale: 0.4, mse: 99)]
    let histogram = try #require(TensorFigures(profile(), records: records).figures(on: grid).first)
    for name in (1...11).map({ "rule-\($0)" }) + ["minmax"] {
      #expect(histogram.description.contains("\(name) ["), "\(name)")
    }
    #expect(!histogram.description.contains("rule-12 ["))
    #expect(histogram.svg.contains("9 of 21 ranges with larger errors are not shown."))
  }

  @Test("a tensor of one value has a histogram and no curve")
  func constant() throws {
    let profile = profile(lower: 0.1, upper: 0.1)
    let figures = TensorFigures(profile, records: []).figures(on: grid)
    #expect(figures.map(\.name) == ["w-symmetric-narrow-b4-histogram"])
    #expect(figures.allSatisfy { !$0.svg.lowercased().contains("nan") })
  }

  @Test("a page of many tensors has names of its own for each figure, on grids with results")
  func byTensor() throws {
    let profiles = ["w/1", "w.1", "w"].map { profile($0) }
    let records = ["w/1", "w.1"].map { record("minmax", scale: 0.4, mse: 0.1, tensor: $0) }
    let found = TensorFigures.byTensor(profiles, records: records, gridLimit: 2)
    #expect(
      found["w/1"]?.map(\.name)
        == ["w-1-symmetric-narrow-b4-histogram", "w-1-symmetric-narrow-b4-curve"])
    #expect(found["w.1"]?.first?.name == "w-1-2-symmetric-narrow-b4-histogram")
    #expect(found["w"]?.isEmpty == true, "no results, nothing to show")
  }

  @Test("a page stands alone, escapes names, and has every figure once")
  func page() throws {
    let choices = [record("minmax", scale: 0.4, mse: 0.1, tensor: "<b>&")].map {
      Inspection.Choice(record: $0, parameters: [])
    }
    let page = InspectionPage([
      Inspection(profile: profile("<b>&"), choices: choices),
      Inspection(profile: profile("<b>&"), choices: []),
    ])
    #expect(Set(page.figures.map(\.name)).count == 8)
    #expect(page.html.components(separatedBy: "<svg").count == 9)
    #expect(!page.html.contains("<b>") && page.html.contains("&lt;b&gt;&amp;"))
    // The one address is the empty icon, and the policy of the page lets nothing else be loaded or run.
    #expect(!page.html.contains("<script"))
    #expect(
      page.html.components(separatedBy: "href=").dropFirst().allSatisfy {
        $0.hasPrefix("\"data:,\"")
      })
    #expect(
      page.html.contains(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          + "'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\"/>"))
  }

  @Test("terminal lines have at most 80 columns, whatever is far away or long")
  func columns() throws {
    let records = [
      record("estimator-with[a=long,name=indeed]", scale: 1e9, mse: 1e12),
      record("narrow", scale: 1e-9, mse: 0.5),
    ]
    let inspection = Inspection(
      profile: profile(lower: -1e-3, upper: 1e6),
      choices: records.map { Inspection.Choice(record: $0, parameters: []) })
    let lines = inspection.text.split(separator: "\n").filter { !$0.hasPrefix("|") }
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(inspection.text.contains("◂──") && inspection.text.contains("──▸"))
    #expect(inspection.text.contains("│"), "a range within a column is one line")
  }
}
