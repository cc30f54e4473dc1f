internal import Foundation
internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// The section with the tables and figures of each tensor, folded under its name.
struct TensorSection {
  let experiment: ReportedExperiment

  var markup: Markup? {
    guard !shown.tensors.isEmpty else { return nil }
    let id = experiment.prefix + "tensors"
    return Markup("section", ["class": "tensors", "aria-labelledby": id]) {
      experiment.heading("Tensor by tensor", id: "tensors")
      Markup("p") {
        shown.isWhole ? "Every cell of every tensor." : "Every cell of some tensors."
        " A bold number with a star is the least in its setting"
        experiment.isHeldOut
          ? "; a column is one choice of calibration batches, counted from 0." : "."
      }
      folded
      switches
      drawers
    }
  }

  private var shown: TensorSelection { experiment.subject.shown }

  /// A paragraph about omitted tensors: their number, the reason, and where they are.
  private var folded: Markup? {
    shown.isWhole
      ? nil
      : Markup("p", ["class": "folded"]) {
        "Of \(NumberFormat.counted(shown.tensors.count + shown.foldedCount, "tensor")) "
        "\(NumberFormat.count(shown.tensors.count)) are here: those with the largest and those "
        "with the least mean regret. Every cell of the other "
        "\(NumberFormat.count(shown.foldedCount)) is in the table of results, "
        Markup("a", ["href": "#\(experiment.prefix)origin"]) { "results.csv" }
        "; all tables and tests above are over all tensors."
      }
  }

  @MarkupBuilder private var drawers: [Markup] {
    let kept = Set(shown.tensors)
    let records = Dictionary(
      grouping: experiment.subject.records.lazy.filter { kept.contains($0.key.subjectName) },
      by: \.key.subjectName)
    for (index, name) in shown.tensors.enumerated() {
      if !shown.isWhole && (index == 0 || index == shown.worstCount) {
        experiment.heading(
          index == 0 ? "Largest regret" : "Least regret", id: index == 0 ? "worst" : "best",
          deeper: 1)
      }
      drawer(name.text, records[name] ?? [], id: "\(experiment.prefix)tensor-\(index + 1)")
    }
  }

  /// The switch of the metric: plain radio buttons that the style sheet reads.
  private var switches: Markup {
    Markup("fieldset", ["class": "measures"]) {
      Markup("legend") { "Cells show" }
      for measure in CellMeasure.allCases {
        Markup("label", ["class": "pill"]) {
          Markup(
            "input",
            [
              "type": "radio", "name": experiment.prefix + "measure",
              "value": "\(measure.rawValue)",
              "class": "m\(measure.rawValue)", "checked": measure == .regret ? "" : nil,
            ])
          Markup("span") { measure.title }
        }
      }
    }
  }

  private func drawer(_ name: String, _ records: [ResultRecord], id: String) -> Markup {
    Markup("details", ["class": "tensor", "data-t": name, "id": id]) {
      Markup("summary") {
        Markup("span", ["class": "title"]) { Markup.name(name) }
        " "
        Markup("span", ["class": "about"]) { about(records) }
      }
      for figure in experiment.subject.tensorFigures[ExactName(name)] ?? [] {
        InlineFigure(figure, prefix: "\(id)-").markup
      }
      TensorTable(experiment: experiment, tensor: name, id: "\(id)-cells", records: records).markup
    }
  }

  /// The size of a tensor, and the least error with which it can be quantized.
  private func about(_ records: [ResultRecord]) -> String {
    let values = records.map(\.elements).max() ?? 0
    var parts = [NumberFormat.counted(values, "value")]
    if let ratio = records.first.flatMap({ shown.ratios[$0.key.subjectName] }) {
      parts.append("mean regret \(RegretCell.text(ofRatio: ratio))")
    }
    let measured = records.filter(\.isMeasured)
    let widths = Set(measured.map(\.key.grid.bits)).sorted()
    let ends = widths.count > 1 ? [widths[0], widths[widths.count - 1]] : widths
    let best = ends.compactMap { bits -> String? in
      let part = measured.filter { $0.key.grid.bits == bits }
      let sqnr = part.compactMap { $0[.sqnr] }.filter(\.isFinite).max()
      return sqnr.map { "\(NumberFormat.text($0, .sqnr)) dB at \(bits) bits" }
    }
    if !best.isEmpty { parts.append("at best " + best.joined(separator: ", ")) }
    let missing = records.count - measured.count
    if missing > 0 { parts.append("\(NumberFormat.counted(missing, "cell")) not measured") }
    return parts.joined(separator: " · ")
  }
}
