internal import Figures
internal import ResultAnalysis
internal import ResultRecords

/// The pictures of an experiment: those it was given, and the critical-difference diagram.
struct FigureSection {
  let experiment: ReportedExperiment

  var markup: Markup? {
    let figures = Self.figures(experiment.subject)
    guard !figures.isEmpty else { return nil }
    let id = experiment.prefix + "figures"
    return Markup("section", ["class": "figures", "aria-labelledby": id]) {
      experiment.heading("Figures", id: "figures")
      for figure in figures {
        InlineFigure(figure, prefix: experiment.prefix + "figure-").markup
      }
    }
  }

  /// The pictures of all results together; the diagram last, unless it was given.
  static func figures(_ subject: ReportSubject) -> [Figure] {
    let given = subject.figures
    guard !given.contains(where: { $0.name == "critical-difference" }) else { return given }
    return given + [criticalDifference(subject.records)].compactMap { $0 }
  }

  /// The critical-difference diagram over all cells; nothing where there is too little to draw.
  static func criticalDifference(_ records: [ResultRecord]) -> Figure? {
    let merged = ReportedExperiment.merged(records)
    guard let comparison = try? ContestComparison(Contest(estimatorsOf: merged)),
      let ranking = comparison.slices.first?.ranking, ranking.entries.count > 2,
      let diagram = CriticalDifferenceDiagram(ranking, level: comparison.method.level)
    else { return nil }
    return Figure(
      name: "critical-difference", title: "Mean ranks and what cannot be told apart",
      description: ([diagram.words, diagram.caption] + diagram.remarks).joined(separator: " "),
      svg: diagram.svg)
  }
}
