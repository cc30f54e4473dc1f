internal import ResultAnalysis
internal import TensorIO

/// A verdict in sentences, for the start of pages and `summary.md`.
struct VerdictText {
  let verdict: Verdict

  private var rows: [Verdict.Row] { verdict.rows }

  /// The recommended estimators and their lead.
  var advice: [Phrase] {
    if rows.isEmpty {
      return ["Nothing can be said: no cell was measured with an error to compare."]
    }
    guard let optimum = verdict.optimum else { return ["Use "] + names(verdict.leaders) + lead }
    let found = verdict.isHeldOut ? " on these batches" : ""
    return [
      "Use ", .name(optimum),
      " \(place(rows.map(\.column))): it finds the least error that any range can have\(found)",
    ] + next
  }

  /// The sentence about the estimators after the optimum.
  private var next: [Phrase] {
    guard !verdict.leaders.isEmpty else { return ["."] }
    let comes = verdict.leaders.count == 1 ? " comes" : " come"
    return [". Of the other rules "] + names(verdict.leaders)
      + ["\(comes) next, with \(Self.span(rows.compactMap(\.first?.ratio))) more error."]
  }

  /// The sentence about the estimators after the leaders.
  private var lead: [Phrase] {
    let ratios = rows.compactMap { $0.pair?.ratio }
    guard !ratios.isEmpty else {
      return ["; no other estimator was measured in all of its cells."]
    }
    let error = isTied ? "the same error." : "\(Self.span(ratios)) more error."
    return ["; the next best, "] + names(verdict.seconds, isSecond: true) + [", has \(error)"]
  }

  private var isTied: Bool { rows.allSatisfy(\.isTied) }

  /// Names of estimators, each with its columns unless it has all of them.
  private func names(
    _ groups: [Verdict.Leader], isSecond: Bool = false
  ) -> [Phrase] {
    Phrase.list(
      groups.map { group in
        // The columns of the leader were given before.
        let isEverywhere = groups.count == 1 && (verdict.optimum != nil || isSecond)
        return [.name(group.name)] + (isEverywhere ? [] : [" \(place(group.columns))"])
      })
  }

  private func place(_ columns: [LeaderboardColumn]) -> String {
    LeaderboardColumn.phrase(columns, of: verdict.choices)
  }

  /// The least and the greatest of some ratios, as percentages above 1.
  static func span(_ ratios: [Double]) -> String {
    guard let low = ratios.min(), let high = ratios.max() else { return "–" }
    let ends = [low, high].map(RegretCell.text)
    return ends[0] == ends[1] ? ends[0] : "\(ends[0]) to \(ends[1])"
  }

  /// The certainty of the lead.
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
    let bound = p.map { " (p ≤ \(ComparisonFormat.probability($0)))" } ?? ""
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

  /// The recommendation and its certainty, as a paragraph of Markdown.
  var markdown: String {
    advice.map(\.markdown).joined() + (certainty.isEmpty ? "" : " " + certainty)
  }
}

extension LeaderboardColumn {
  /// The columns in a sentence: `at 2 and 3 bits`, `from 1 and 2 batches`.
  static func phrase(_ columns: [LeaderboardColumn], of all: [LeaderboardColumn]) -> String {
    guard let first = columns.first else { return "" }
    var numbers: [String] = []
    var isCalibration = false
    for column in columns {
      switch column.kind {
      case .bits(let bits): numbers.append("\(bits)")
      case .calibration(let count):
        numbers.append("\(count)")
        isCalibration = true
      case .inSample: break
      }
    }
    if columns.count == all.count && all.count > 1 {
      return isCalibration ? "from any number of calibration batches" : "at every bit width"
    }
    let start = numbers.dropLast().joined(separator: ", ")
    let list = start + (start.isEmpty ? "" : " and ") + (numbers.last ?? "")
    guard isCalibration else { return "at \(list) bits" }
    return numbers == ["1"] ? "from \(first.title)" : "from \(list) batches"
  }
}
