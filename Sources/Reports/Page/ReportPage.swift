internal import ResultAnalysis
internal import ResultRecords

/// One self-contained HTML file about the results of one experiment or of several.
///
/// A pure function of the subjects: the same subjects give the same bytes. The page loads nothing,
/// which its content security policy enforces, and can be read without script.
package struct ReportPage {
  private let title: String
  private let experiments: [ReportedExperiment]

  /// Prepares the page; each of several subjects has a section of its own.
  package init(_ subjects: [ReportSubject]) {
    title = subjects.map(\.name).joined(separator: ", ")
    let isAlone = subjects.count == 1
    experiments = subjects.enumerated().map { index, subject in
      isAlone
        ? ReportedExperiment(subject)
        : ReportedExperiment(subject, prefix: "part-\(index + 1)-", level: 3)
    }
  }

  /// The whole document, with a newline at the end.
  package var html: String {
    "<!DOCTYPE html>\n" + document.html + "\n"
  }

  private var document: Markup {
    Markup("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"]) {
      PageHead(
        title: "\(title) · RangeLab report", verb: "report", style: PageStyle.text,
        script: PageScript.text
      ).markup
      Markup("body") {
        Markup("a", ["class": "skip", "href": "#main"]) { "Skip to the results" }
        Markup("header", ["class": "top"]) { banner }
        contents
        Markup("main", ["id": "main", "tabindex": "-1"]) { content }
        Markup("footer") {
          Markup("p") {
            "Made by rangelab report from recorded results; nothing was measured anew."
          }
        }
        Markup("script") { Markup.verbatim(PageScript.text) }
      }
    }
  }

  @MarkupBuilder private var banner: [Markup] {
    Markup("div", ["class": "bar"]) {
      Markup("span", ["class": "brand"]) { "RangeLab" }
      Markup("button", ["type": "button", "id": "theme", "hidden": ""]) { "Theme: auto" }
    }
    Markup("h1") { title }
    if experiments.count == 1, let only = experiments.first { opening(only) }
  }

  /// The question, and the size of the experiment.
  @MarkupBuilder private func opening(_ experiment: ReportedExperiment) -> [Markup] {
    if let question = experiment.subject.question {
      Markup("p", ["class": "question"]) { question }
    }
    Markup("p", ["class": "size"]) { PageSize(experiment).text }
  }

  private var contents: Markup {
    Markup("nav", ["class": "contents", "aria-label": "Contents"]) {
      Markup("ul") {
        if experiments.count == 1 {
          for (id, title) in sections { link(id, title) }
        } else {
          for experiment in experiments { link(experiment.prefix + "top", experiment.subject.name) }
        }
        link("method", "Method")
      }
    }
  }

  private func link(_ id: String, _ title: String) -> Markup {
    Markup("li") { Markup("a", ["href": "#\(id)"]) { title } }
  }

  private var sections: [(String, String)] {
    let hasFigures = experiments.contains { !$0.subject.figures.isEmpty }
    let hasNetworks = experiments.contains { !$0.subject.boards.isEmpty }
    return [("verdict", "Verdict")] + (hasNetworks ? [("networks", "Networks")] : [])
      + [("overview", "Estimators"), ("paired", "Comparison")]
      + (hasFigures ? [("figures", "Figures")] : [])
      + [("tensors", "Tensors"), ("gaps", "Failures"), ("origin", "Provenance")]
  }

  @MarkupBuilder private var content: [Markup] {
    for experiment in experiments {
      if experiments.count == 1 {
        ExperimentPart(experiment).sections
      } else {
        Markup(
          "article", ["class": "part", "aria-labelledby": experiment.prefix + "top"]
        ) {
          Markup("h2", ["id": experiment.prefix + "top"]) { experiment.subject.name }
          opening(experiment)
          ExperimentPart(experiment).sections
        }
      }
    }
    MethodSection(
      hasHeldOut: experiments.contains(where: \.isHeldOut),
      hasNetworks: experiments.contains { !$0.subject.boards.isEmpty }
    ).markup
  }
}
