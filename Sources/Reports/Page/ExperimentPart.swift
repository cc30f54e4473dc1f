internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords

/// The sections of one experiment, in order.
struct ExperimentPart {
  let experiment: ReportedExperiment

  init(_ experiment: ReportedExperiment) { self.experiment = experiment }

  @MarkupBuilder var sections: [Markup] {
    VerdictSection(experiment: experiment).markup
    NetworkSection(experiment: experiment).markup
    Markup("div", ["data-experiment": experiment.subject.name]) {
      overview
      PairedSection(experiment: experiment).markup
      FigureSection(experiment: experiment).markup
      TensorSection(experiment: experiment).markup
    }
    GapSection(experiment: experiment).markup
    OriginSection(experiment: experiment).markup
  }

  private var overview: Markup {
    let id = experiment.prefix + "overview"
    return Markup("section", ["class": "overview", "aria-labelledby": id]) {
      experiment.heading(
        experiment.isHeldOut ? "All settings together, held out" : "All settings together",
        id: "overview")
      FilterControls(experiment: experiment).markup
      HeadlineTable(experiment).markup
    }
  }
}

/// The size of an experiment in one line: estimators, tensors, settings and cells.
struct PageSize {
  private let experiment: ReportedExperiment

  init(_ experiment: ReportedExperiment) { self.experiment = experiment }

  var text: String {
    let records = experiment.subject.records
    let keys = records.map(\.key)
    let measured = records.count(where: \.isMeasured)
    let failed = records.count { if case .failed = $0.status { true } else { false } }
    var parts = [
      NumberFormat.counted(Set(keys.map(\.estimatorName)).count, "estimator"),
      NumberFormat.counted(Set(keys.map(\.subjectName)).count, "tensor"),
      NumberFormat.counted(Set(keys.map(\.grid.bits)).count, "bit width"),
      NumberFormat.counted(Set(keys.map(\.grid.family)).count, "scheme"),
      NumberFormat.counted(
        Set(keys.map { "\($0.granularity)" }).count, "granularity", "granularities"),
    ]
    if experiment.isHeldOut {
      parts.append(
        NumberFormat.counted(
          Set(keys.compactMap(\.split)).count, "choice of batches", "choices of batches"))
    }
    let networks = experiment.subject.boards.flatMap(\.rows).count
    if networks > 0 { parts.append(NumberFormat.counted(networks, "network row")) }
    parts.append(NumberFormat.counted(measured, "cell") + " measured")
    let skipped = records.count - measured - failed
    if skipped > 0 { parts.append("\(NumberFormat.count(skipped)) skipped") }
    if failed > 0 { parts.append("\(NumberFormat.count(failed)) failed") }
    return parts.joined(separator: " · ")
  }
}
