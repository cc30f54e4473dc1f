internal import Figures
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The networks of an experiment: whether tensor error tells what a rule costs them, figures, and every row.
struct NetworkSection {
  let experiment: ReportedExperiment

  var markup: Markup? {
    let boards = experiment.subject.boards
    guard !boards.isEmpty else { return nil }
    let id = experiment.prefix + "networks"
    return Markup("section", ["class": "figures", "aria-labelledby": id]) {
      experiment.heading("Networks", id: "networks")
      for (index, board) in boards.enumerated() {
        part(board, figures: experiment.subject.figuresOfBoard(index), id: "networks-\(index + 1)")
      }
    }
  }

  @MarkupBuilder private func part(
    _ board: NetworkBoard, figures: [Figure], id: String
  ) -> [Markup] {
    experiment.heading("\(board.setting.model): \(board.setting.title)", id: id, deeper: 1)
    Markup("p") { NetworkWords.introduction(board) }
    if !board.widths.allSatisfy(\.entries.isEmpty) {
      Markup("ul") {
        for width in board.widths {
          Markup("li") {
            Markup("strong") { "\(width.bits) bits: " }
            NetworkWords.prediction(width).map(\.markup)
          }
        }
      }
    }
    for figure in figures {
      InlineFigure(figure, prefix: experiment.prefix + "figure-").markup
    }
    NetworkRows(board: board, id: experiment.prefix + id + "-rows").markup
  }
}
