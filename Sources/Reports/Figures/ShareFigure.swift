internal import Figures
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords

/// The share of clipping in each estimator's error, a panel for each bit width.
struct ShareFigure {
  private let setting: FigureSetting
  private let estimators: [String]

  /// Prepares the figure; nil if no estimator has an error.
  init?(_ setting: FigureSetting) {
    self.setting = setting
    estimators = setting.comparison.estimators.filter {
      setting.comparison.score($0).clippingShare != nil
    }
    guard !estimators.isEmpty else { return nil }
  }

  /// The greatest number of panels; narrower ones have no room for their numbers.
  private static let mostPanels = 6

  private var widths: [BitWidth] {
    let bits = setting.comparison.bits
    guard bits.count > Self.mostPanels else { return bits }
    return (0..<Self.mostPanels).map { bits[$0 * (bits.count - 1) / (Self.mostPanels - 1)] }
  }

  var figure: Figure {
    let columns = widths.map { ($0, setting.at($0)) }
    return StackedShares(
      heading: FigureHeading(
        name: "error-shares", title: "How much of the error is clipping",
        note: "\(setting.scope); \(setting.count). Mean over tensors of the share of the squared "
          + "error from values beyond the outermost level; the rest is rounding. Best estimator "
          + "on top."),
      rows: estimators,
      panels: columns.map { bits, column in
        StackedShares.Panel(
          title: "\(bits) bits", shares: estimators.map { column.score($0).clippingShare })
      }
    ).figure
  }
}
