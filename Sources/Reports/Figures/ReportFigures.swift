package import Figures
internal import Foundation
internal import QuantizationCore
internal import ResultAnalysis
package import ResultRecords

/// The figures of a report: pure functions of records, in a fixed order.
///
/// Figures without data are omitted: lines over bits need several bit widths, calibration curves
/// need held-out batches, and costs need timings.
package struct ReportFigures {
  private let comparison: Leaderboard
  private let settings: [FigureSetting]
  private let heldOut: [ResultRecord]
  private let inSample: [ResultRecord]
  private let timings: CellTimings?
  /// The remark of figures that omit held-out batches.
  private let remark: String?

  /// Prepares the figures.
  ///
  /// - Parameter timings: The contents of `timings.csv`, if the run wrote it.
  package init(_ records: [ResultRecord], timings: CellTimings? = nil) {
    self.timings = timings
    heldOut = records.filter { $0.key.split != nil }
    inSample = records.filter { $0.key.split == nil }
    comparison = Leaderboard(inSample)
    remark = heldOut.isEmpty ? nil : "ranges chosen and measured on all batches"
    settings = FigureSetting.all(of: comparison, remark: remark)
  }

  /// The figures; names are unique.
  package var figures: [Figure] {
    calibrationCurves + regretAgainstBits + heatmaps + shares + qualityAgainstCost + ranks
  }

  /// Regret against bits: all estimators in the first setting, then the best ones in all settings.
  private var regretAgainstBits: [Figure] {
    let usable = settings.filter { $0.comparison.bits.count > 1 }
    guard let first = usable.first else { return [] }
    let one = RegretFigure(
      name: "regret-bits", title: "Regret against bit width",
      note: "\(first.scope); \(first.count). " + RegretFigure.note + ".", settings: [first])
    guard usable.count > 1 else { return [one.figure] }
    let all = RegretFigure(
      name: "regret-bits-settings", title: "Regret against bit width in every setting",
      note: (remark.map { "With \($0). " } ?? "") + RegretFigure.note + " of the first panel.",
      settings: usable)
    return [one.figure, all.figure]
  }

  private var calibrationCurves: [Figure] {
    CalibrationFigure(heldOut).map { [$0.figure] } ?? []
  }

  /// Heatmaps for 4 and 8 bits or, without those, for the narrowest and the widest width.
  private var heatmaps: [Figure] {
    guard let setting = settings.first else { return [] }
    let bits = setting.comparison.bits
    let usual = bits.filter { [4, 8].contains($0.count) }
    var widths = usual.isEmpty ? [bits.first, bits.last].compactMap { $0 } : usual
    if widths.count == 2, widths[0] == widths[1] { widths.removeLast() }
    return widths.compactMap { RegretHeatmap(setting, bits: $0)?.figure }
  }

  private var shares: [Figure] {
    settings.first.flatMap { ShareFigure($0) }.map { [$0.figure] } ?? []
  }

  private var qualityAgainstCost: [Figure] {
    guard let setting = settings.first, let timings else { return [] }
    return CostFigure(setting, timings).map { [$0.figure] } ?? []
  }

  /// The diagram of mean ranks; none with too few tensors or estimators, which a remark explains.
  private var ranks: [Figure] {
    let comparison = try? ErrorComparison(ErrorTable(estimatorsOf: inSample))
    guard let comparison, let ranking = comparison.slices.first?.ranking else { return [] }
    let level = comparison.method.level
    // If even a winner on every tensor does not differ significantly, Wilcoxon's bar would join
    // everything.
    let least = pow(0.5, Double(ranking.tensors - 1)) * Double(ranking.pairs.count)
    let diagram = CriticalDifferenceDiagram(
      ranking, groups: least > level ? .nemenyi : .wilcoxon, level: level)
    return diagram.map { [$0.figure(of: remark)] } ?? []
  }
}
