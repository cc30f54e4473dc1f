internal import Figures
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The ratio of each estimator's error to the least possible, tensor by tensor.
struct RegretHeatmap {
  private let setting: FigureSetting
  private let bits: BitWidth
  private let part: Leaderboard
  private let estimators: [String]

  /// Prepares the figure; nil if no tensor has a ratio.
  init?(_ setting: FigureSetting, bits: BitWidth) {
    (self.setting, self.bits) = (setting, bits)
    let part = setting.at(bits)
    self.part = part
    estimators = part.estimators.filter { part.score($0).ratio != nil }
    guard !estimators.isEmpty else { return nil }
  }

  /// Larger ratios have the last color, so that one failure does not make all others look alike.
  private static let darkest = 10.0

  /// The number of tensors at each end; more than twice as many columns are wider than a page.
  private static let end = 12

  var figure: Figure {
    let shown = TensorSelection(part, end: Self.end)
    let omitted = shown.remark(worst: "on the left").map { " \($0)" } ?? ""
    let columns = part.divided(by: \.subjectName)
    let values = estimators.map { estimator in
      shown.tensors.map { columns[$0]?.score(estimator).ratio.map { max(1, $0) } }
    }
    return Heatmap(
      heading: FigureHeading(
        name: "heatmap-\(bits)-bits",
        title: "Error over the least possible, tensor by tensor, at \(bits) bits",
        note: "\(setting.scope). Best estimator on top; the least of each tensor in bold; "
          + "\(Int(Self.darkest)) and more in the last colour." + omitted),
      rows: estimators, columns: shown.tensors.map(\.text), values: values,
      domain: 1...Self.darkest, spacing: .log,
      valueTitle: "MSE / least possible MSE"
    ).figure
  }
}
