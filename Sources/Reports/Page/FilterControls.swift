internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The controls that filter tables; the script makes them visible, because they need it.
struct FilterControls {
  let experiment: ReportedExperiment

  /// An axis that can be filtered: its key in the script, its title, and its values.
  private struct Axis {
    let key: String
    let title: String
    let values: [(value: String, label: String)]
  }

  private var axes: [Axis] {
    let cells = experiment.comparison
    let axes = [
      Axis(key: "b", title: "Bits", values: cells.bits.map { ("\($0)", "\($0)") }),
      Axis(
        key: "f", title: "Scheme", values: cells.families.map { ($0.title, $0.title) }),
      Axis(
        key: "g", title: "Granularity",
        values: cells.granularities.map { ($0.description, $0.description) }),
      Axis(key: "t", title: "Tensors", values: tensors.map { ($0, $0) }),
    ]
    return axes.filter { $0.values.count > 1 }
  }

  /// The tensors that have a table on the page.
  private var tensors: [String] {
    shown.isWhole ? experiment.comparison.tensors : shown.tensors.map(\.text)
  }

  private var shown: TensorSelection { experiment.subject.shown }

  var markup: Markup {
    Markup(
      "div",
      ["class": "filters", "role": "search", "aria-label": "Filter the tables", "hidden": ""]
    ) {
      Markup("label", ["class": "query"]) {
        "Estimator contains "
        Markup(
          "input",
          [
            "type": "search", "autocomplete": "off", "spellcheck": "false",
            "placeholder": "percentile", "id": experiment.prefix + "query",
          ])
      }
      for axis in axes where axis.key != "t" { choice(axis) }
      for axis in axes where axis.key == "t" {
        Markup("details", ["class": "more"]) {
          Markup("summary") {
            "Tensors "
            Markup("span", ["class": "picked"]) { "all \(axis.values.count)" }
            shown.isWhole ? "" : " of those shown one by one"
          }
          if !shown.isWhole {
            Markup("p", ["class": "hint"]) {
              "This hides tensors below. The table of all settings together is over all "
              "\(NumberFormat.counted(shown.tensors.count + shown.foldedCount, "tensor")) "
              "whatever is chosen here."
            }
          }
          choice(axis)
        }
      }
      Markup("p", ["class": "outcome"]) {
        Markup("span", ["role": "status"]) { "" }
        Markup("button", ["type": "button", "class": "reset", "disabled": ""]) { "Show everything" }
      }
    }
  }

  private func choice(_ axis: Axis) -> Markup {
    Markup("fieldset", ["data-axis": axis.key]) {
      Markup("legend") { axis.title }
      for (value, label) in axis.values {
        Markup("label", ["class": "pill"]) {
          Markup("input", ["type": "checkbox", "checked": "", "value": value])
          Markup("span") { label }
        }
      }
    }
  }
}
