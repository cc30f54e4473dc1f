internal import Figures

/// The figures of an experiment, in the given order.
struct FigureSection {
  let experiment: ReportedExperiment

  var markup: Markup? {
    let figures = experiment.subject.figures
    guard !figures.isEmpty else { return nil }
    let id = experiment.prefix + "figures"
    return Markup("section", ["class": "figures", "aria-labelledby": id]) {
      experiment.heading("Figures", id: "figures")
      for figure in figures {
        InlineFigure(figure, prefix: experiment.prefix + "figure-").markup
      }
    }
  }
}
