internal import Figures
internal import Foundation
internal import ResultAnalysis
internal import ResultRecords

/// The figures of a network: what rules cost it against their errors on its tensors, a panel for each width.
struct NetworkFigures {
  private let board: NetworkBoard
  private let name: String

  /// - Parameters:
  ///   - board: The rows of the network in one setting.
  ///   - name: The beginning of the names of the figures, of lower-case letters, digits and hyphens.
  init(_ board: NetworkBoard, name: String) { (self.board, self.name) = (board, name) }

  /// The figures of several boards, in their order; names are unique.
  static func figures(of boards: [NetworkBoard]) -> [[Figure]] {
    var taken: Set<String> = []
    return boards.map { board in
      let words = board.setting.model.lowercased().split {
        !($0.isASCII && ($0.isLetter || $0.isNumber))
      }
      let base = (["network"] + words.prefix(6).map { String($0.prefix(24)) })
        .joined(separator: "-")
      var (name, number) = (base, 1)
      while !taken.insert(name).inserted {
        number += 1
        name = "\(base)-\(number)"
      }
      return NetworkFigures(board, name: name).figures
    }
  }

  /// A figure for the accuracy, with labels, and one for the error of the outputs; none where fewer than
  /// two rules have both errors.
  var figures: [Figure] {
    let hasEnough = board.widths.contains { $0.entries.count { $0.ratio != nil } > 1 }
    guard hasEnough else { return [] }
    return (board.hasLabels ? [figure(.accuracy)] : []) + [figure(.sqnr)]
  }

  private func figure(_ measure: NetworkMeasure) -> Figure {
    let (kind, title, axis) =
      switch measure {
      case .accuracy:
        (
          "accuracy", "Accuracy lost",
          LineChart.Axis(
            title: "accuracy lost, percentage points", .symlog(threshold: 1))
        )
      case .sqnr:
        (
          "error", "Error of the outputs",
          LineChart.Axis(title: "squared error of the outputs / signal", .log)
        )
      }
    return ScatterPanels(
      heading: FigureHeading(
        name: "\(name)-\(kind)",
        title: "\(title) of \(board.setting.model) against tensor error",
        note: "A point for each rule. Regret: of the rule on the tensors of the network, geometric "
          + "mean. In colour: the least error on tensors, what keeps most, min-max, and where the two "
          + "disagree. Axes differ between panels."),
      panels: board.widths.map { panel($0, measure) }, xAxis: Self.regret, yAxis: axis
    ).figure
  }

  private static let regret = LineChart.Axis(
    title: "mean regret on tensors, % (logarithmic above 1 %)", .symlog(threshold: 1),
    including: [0])

  private func panel(_ width: NetworkWidth, _ measure: NetworkMeasure) -> ScatterPanels.Panel {
    var emphasized = Set(width.disagreements.prefix(4).map(\.entry.name))
    emphasized.formUnion([width.leader, width.leastError].compactMap { $0?.name })
    emphasized.insert(Verdict.usual)
    let known = width.entries.filter { $0.ratio != nil }
    let correlation = NetworkFormat.correlation(width.correlation(with: measure))
    return ScatterPanels.Panel(
      title: "\(width.bits) bits",
      note: correlation.map { "rank correlation \($0), \(known.count) rules" }
        ?? "no rank correlation: too few rules, or all equal",
      entries: known.map { entry in
        let loss =
          switch measure {
          case .accuracy: 100 * (entry.figures.drop ?? .nan)
          case .sqnr: pow(10, -entry.figures.outputSqnrDb / 10)
          }
        return ScatterPanels.Entry(
          name: entry.name, x: Leaderboard.regretInPercent(entry.ratio ?? .nan), y: loss,
          isEmphasized: emphasized.contains(entry.name))
      })
  }
}
