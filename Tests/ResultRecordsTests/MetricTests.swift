import QuantizationCore
import ResultRecords
import Testing

@Suite struct MetricTests {
  @Test("every metric has a name of its own, which is a column and reads back")
  func names() {
    let names = Metric.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    for metric in Metric.allCases {
      #expect(Metric(name: metric.name) == metric)
      #expect(ResultTable.columns.contains(metric.name))
      #expect(!metric.facts.meaning.isEmpty && !metric.facts.title.isEmpty)
    }
    #expect(Metric(name: "MSE") == nil && Metric(name: "") == nil)
  }

  @Test("decibels and similarity are better high, everything else low")
  func directions() {
    let high = Metric.allCases.filter { $0.facts.better == .higher }
    #expect(high == [.sqnr, .cosine])
  }

  @Test("numbers are kept by metric, in whatever order they come and go")
  func values() {
    var values: MetricValues = [.cosine: 3, .mse: 1, .sqnr: 2]
    #expect(values[.mse] == 1 && values[.sqnr] == 2 && values[.cosine] == 3)
    #expect(values[.regret] == nil && values[.clippingMSE] == nil)
    values[.clippingMSE] = 4
    values[.sqnr] = 5
    values[.mse] = nil
    values[.maximumError] = nil
    #expect(values == [.clippingMSE: 4, .sqnr: 5, .cosine: 3])
    #expect(values != [.clippingMSE: 4, .sqnr: 5, .regret: 3])
    for metric in [Metric.clippingMSE, .sqnr, .cosine] { values[metric] = nil }
    #expect(values.isEmpty && values == MetricValues())
  }

  @Test("every number of a record stands under the column of its name")
  func columns() throws {
    let grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(8)))
    var values = MetricValues()
    for (index, metric) in Metric.errors.enumerated() { values[metric] = 1 / Double(index + 2) }
    let record = ResultRecord(
      key: ResultRecord.Key(
        tensor: "t", estimator: "minmax", grid: grid, granularity: .tensor), elements: 4, lanes: 2,
      values: values, status: .ok, optimum: ResultRecord.Optimum(mse: 0.25, gap: 0.0625))
    let cells = Dictionary(
      uniqueKeysWithValues: zip(
        ResultTable.columns,
        ResultTable.line(record).split(separator: ",", omittingEmptySubsequences: false)))
    for metric in Metric.allCases {
      #expect(record[metric] != nil && cells[metric.name].flatMap { Double($0) } == record[metric])
    }
    #expect(record[.regret] == 1 && record[.optimalMSE] == 0.25 && record[.certificate] == 0.0625)
  }

  @Test("a record without numbers has no quantizer and no optimum")
  func unmeasured() throws {
    let grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(8)))
    let record = ResultRecord(
      key: ResultRecord.Key(tensor: "t", estimator: "kl", grid: grid, granularity: .tensor),
      elements: 0, lanes: 1, parameters: QuantizationParameters(scale: 1, grid: grid),
      status: .degenerate, optimum: ResultRecord.Optimum(mse: 0, gap: 0))
    #expect(!record.isMeasured && record.parameters == nil && record.optimum == nil)
    #expect(Metric.allCases.allSatisfy { record[$0] == nil })
  }
}
