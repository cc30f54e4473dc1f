internal import ResultAnalysis

/// The verdict at the start of a page: sentences, then a line for each column.
struct VerdictSection {
  let experiment: ReportedExperiment

  var markup: Markup {
    let verdict = experiment.verdict
    let text = VerdictText(verdict: verdict)
    return Markup(
      "section", ["class": "verdict", "aria-labelledby": experiment.prefix + "verdict"]
    ) {
      experiment.heading("Verdict", id: "verdict")
      networks
      Markup("p", ["class": "advice"]) { text.advice.map(\.markup) }
      if !text.certainty.isEmpty { Markup("p", ["class": "certainty"]) { text.certainty } }
      if !verdict.rows.isEmpty { table(verdict) }
      Markup("div", ["class": "remarks"]) { remarks(verdict.rows) }
    }
  }

  /// The verdict about networks, if there are some, and the heading of what comes after it.
  @MarkupBuilder private var networks: [Markup] {
    let verdict = NetworkVerdict(experiment.subject.boards)
    if !verdict.rows.isEmpty {
      let text = NetworkVerdictText(verdict: verdict)
      for sentence in text.advice {
        Markup("p", ["class": "advice"]) { sentence.map(\.markup) }
      }
      for paragraph in text.certainty {
        Markup("p", ["class": "certainty"]) { paragraph }
      }
      NetworkVerdictTable(verdict: verdict, prefix: experiment.prefix).markup
      experiment.heading("On tensors alone", id: "verdict-tensors", deeper: 1)
    }
  }

  private func table(_ verdict: Verdict) -> Markup {
    let id = experiment.prefix + "leaders"
    let columns =
      [experiment.isHeldOut ? "chosen on" : "width"]
      + (verdict.optimum == nil ? ["use"] : ["optimum", "next best"])
      + ["regret", "then", "regret", "more error", "tensors won", "sure?"]
    return Markup.scrolling(id, style: "leaders") {
      Markup.caption("\(id)") {
        experiment.isHeldOut ? "By calibration batches" : "By bit width"
        Markup("span", ["class": "legend"]) {
          "More error, with its 95\u{A0}% interval, and tensors won: one rule against the next, "
          "tensor by tensor."
        }
      }
      Markup("thead") {
        Markup("tr") {
          for title in columns { Markup("th", ["scope": "col"]) { title } }
        }
      }
      Markup("tbody") { for row in verdict.rows { line(row, optimum: verdict.optimum) } }
    }
  }

  private func line(_ row: Verdict.Row, optimum: String?) -> Markup {
    Markup("tr") {
      Markup("th", ["scope": "row"]) { row.column.title }
      if let optimum { Markup("td") { Markup.name(optimum) } }
      standing(row.first, isFirst: true)
      standing(row.second, isFirst: false)
      Markup("td", ["class": "n"]) { Self.excess(row.pair) }
      Markup("td", ["class": "n"]) {
        row.pair.map { "\($0.losses) of \($0.tensors)" } ?? "–"
      }
      Markup("td") { Self.sureness(row) }
    }
  }

  /// An estimator and its regret.
  @MarkupBuilder private func standing(_ standing: Leaderboard.Standing?, isFirst: Bool) -> [Markup]
  {
    let name = standing.map { Markup.name($0.name) } ?? Markup.text("–")
    Markup("td") { isFirst ? Markup("strong") { name } : name }
    Markup("td", ["class": "n"]) { RegretCell(ratio: standing?.ratio).text }
  }

  /// The excess error of the second estimator, with its interval.
  private static func excess(_ pair: PairedComparison?) -> String {
    guard let pair, let ratio = pair.ratio else { return "–" }
    let interval = pair.interval.map {
      " (\(NumberFormat.change($0.lowerBound)) to \(NumberFormat.change($0.upperBound)))"
    }
    return "\(NumberFormat.change(ratio))\(interval ?? "")"
  }

  /// Whether the lead is significant, with the p-value.
  private static func sureness(_ row: Verdict.Row) -> String {
    guard let pair = row.pair else { return "nothing to hold it against" }
    guard pair.ties < pair.tensors else { return "the same on every tensor" }
    guard let p = row.adjustedPValue else { return "too few tensors for a test" }
    return (row.isDecided ? "yes" : "not told apart") + ", p = \(ComparisonFormat.probability(p))"
  }

  /// Remarks on the limits of the verdict.
  @MarkupBuilder private func remarks(_ rows: [Verdict.Row]) -> [Markup] {
    let ratios = rows.compactMap(\.usualRatio)
    if !ratios.isEmpty && !rows.contains(where: { $0.ranked.first?.name == Verdict.usual }) {
      Markup("p") {
        "Min-max, what many tools do unless told otherwise, has "
        Markup("strong") { VerdictText.span(ratios) }
        " more error than the optimum."
      }
    }
    if rows.contains(where: { $0.ranked.count < $0.taking }) {
      Markup("p") {
        "\(taking(rows)) estimators were measured in every cell and take part; those that were not "
        "measured everywhere are marked "
        Markup("span", ["class": "dagger"]) { "†" }
        " below."
      }
    }
  }

  /// The number of ranked estimators out of all: the least and the greatest if columns differ.
  private func taking(_ rows: [Verdict.Row]) -> String {
    let counts = rows.map(\.ranked.count)
    let all = rows.map(\.taking).max() ?? 0
    guard let low = counts.min(), let high = counts.max(), low < high else {
      return "\(counts.first ?? 0) of \(all)"
    }
    let column = experiment.isHeldOut ? "number of batches" : "bit width"
    return "Depending on the \(column), \(low) to \(high) of \(all)"
  }
}
