/// The origin of the results, and the commands that reproduce them and the page.
struct OriginSection {
  let experiment: ReportedExperiment

  var markup: Markup {
    let origin = experiment.subject.origin
    let id = experiment.prefix + "origin"
    return Markup("section", ["class": "origin", "aria-labelledby": id]) {
      experiment.heading("Provenance", id: "origin")
      Markup("dl", ["class": "facts"]) {
        fact("results", Markup.name(origin.path))
        fact("SHA-256", Markup.name(origin.contentHash))
        for (name, value) in origin.provenance { fact(name, .text(value)) }
      }
      if !origin.hasProvenance {
        Markup("p") {
          "The run left no provenance.json beside these results; the hash of the table identifies them."
        }
      }
      experiment.heading("To make this again", id: "again", deeper: 1)
      Markup("pre", ["tabindex": "0", "aria-label": "Commands"]) {
        Markup("code") { origin.commands.joined(separator: "\n") }
      }
    }
  }

  @MarkupBuilder private func fact(_ name: String, _ value: Markup) -> [Markup] {
    Markup("dt") { name }
    Markup("dd") { value }
  }
}
