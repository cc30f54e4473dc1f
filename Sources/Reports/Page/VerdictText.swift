internal import ResultAnalysis
internal import TensorIO

/// A verdict in plain sentences.
struct VerdictText {
  let verdict: Verdict
  let experiment: ReportedExperiment

  private var rows: [Verdict.Row] { verdict.rows }

  /// What to use and by how much.
  @MarkupBuilder var advice: [Markup] {
    if rows.isEmpty {
      "Nothing can be said: no cell was measured with an error to compare."
    } else if let optimum = verdict.optimum {
      "Use "
      Markup.name(optimum)
      " \(place(rows.map(\.column))): it finds the least error that any range can have"
      experiment.isHeldOut ? " on these batches" : ""
      next
    } else {
      "Use "
      names(verdict.leaders)
      lead
    }
  }

  /// What comes after the optimum.
  @MarkupBuilder private var next: [Markup] {
    if verdict.leaders.isEmpty {
      "."
    } else {
      ". Of the other rules "
      names(verdict.leaders)
      verdict.leaders.count == 1 ? " comes next, with " : " come next, with "
      "\(Verdict.span(rows.compactMap(\.first?.ratio))) more error."
    }
  }

  /// What comes after the leaders.
  @MarkupBuilder private var lead: [Markup] {
    let ratios = rows.compactMap { $0.pair?.ratio }
    if ratios.isEmpty {
      "; no other estimator was measured in all of its cells."
    } else if isTied {
      "; the next best, "
      names(verdict.seconds, isSecond: true)
      ", has the same error."
    } else {
      "; the next best, "
      names(verdict.seconds, isSecond: true)
      ", has \(Verdict.span(ratios)) more error."
    }
  }

  private var isTied: Bool { rows.allSatisfy(\.isTied) }

  /// Estimators, each with where it stands there, unless it is everywhere.
  private func names(
    _ groups: [(name: String, columns: [ReportColumn])], isSecond: Bool = false
  ) -> [Markup] {
    Markup.list(
      groups.map { group in
        // What was said of the leader need not be said again.
        let isEverywhere = groups.count == 1 && (verdict.optimum != nil || isSecond)
        let place = isEverywhere ? "" : " " + place(group.columns)
        return Markup("span") {
          Markup.name(group.name)
          place
        }
      })
  }

  private func place(_ columns: [ReportColumn]) -> String { experiment.phrase(columns) }

  /// How sure that is.
  var certainty: String {
    let tested = rows.filter { $0.adjustedPValue != nil && !$0.isTied }
    let tensors = rows.compactMap { $0.pair?.tensors }.max() ?? 0
    guard !tested.isEmpty else {
      guard rows.contains(where: { $0.pair != nil }), !isTied else { return "" }
      return
        "How sure that is cannot be tested: \(counted(tensors, "tensor is", "tensors are")) too few "
        + "(\(ComparisonMethod.leastTensors) are needed)."
    }
    let sure = tested.filter(\.isDecided)
    let unsure = tested.filter { !$0.isDecided }
    let lead = verdict.optimum == nil ? "The lead" : "The lead of each over the rule after it"
    let p = sure.compactMap(\.adjustedPValue).max()
    let bound = p.map { " (p ≤ \(ContestFormat.probability($0)))" } ?? ""
    let few =
      tensors < ComparisonMethod.fewTensors && !sure.isEmpty
      ? "; with \(tensors) tensors only large and consistent differences show" : ""
    if unsure.isEmpty {
      return "\(lead) is more than chance \(place(sure.map(\.column)))\(bound)\(few)."
    }
    if sure.isEmpty {
      return "\(lead) may be chance: \(tensors) tensors cannot tell the two apart"
        + (unsure.count == rows.count ? "" : " " + place(unsure.map(\.column))) + "."
    }
    return "\(lead) is more than chance \(place(sure.map(\.column)))\(bound), but not "
      + place(unsure.map(\.column)) + few + "."
  }

  /// What a reader should bear in mind.
  @MarkupBuilder var remarks: [Markup] {
    usual
    if rows.contains(where: { $0.ranked.count < $0.taking }) {
      Markup("p") {
        "\(taking) estimators were measured in every cell and take part; those that were not "
        "measured everywhere are marked "
        Markup("span", ["class": "dagger"]) { "†" }
        " below."
      }
    }
  }

  /// How many of how many take part: the fewest and the most where columns differ.
  private var taking: String {
    let counts = rows.map(\.ranked.count)
    let all = rows.map(\.taking).max() ?? 0
    guard let low = counts.min(), let high = counts.max(), low < high else {
      return "\(counts.first ?? 0) of \(all)"
    }
    let column = experiment.isHeldOut ? "number of batches" : "bit width"
    return "Depending on the \(column), \(low) to \(high) of \(all)"
  }

  @MarkupBuilder private var usual: [Markup] {
    let ratios = rows.compactMap(\.usualRatio)
    if !ratios.isEmpty && !rows.contains(where: { $0.ranked.first?.name == Verdict.usual }) {
      Markup("p") {
        "Min-max, what many tools do unless told otherwise, has "
        Markup("strong") { Verdict.span(ratios) }
        " more error than the optimum."
      }
    }
  }
}
