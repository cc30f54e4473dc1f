internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// The cells that were not measured, grouped by reason; failures are also listed one by one.
struct GapSection {
  let experiment: ReportedExperiment

  /// Cells of one estimator that are missing for one reason.
  private struct Group: Hashable, Comparable {
    let isFailure: Bool
    let estimator: ExactName
    let reason: String

    static func < (left: Self, right: Self) -> Bool {
      (left.isFailure ? 0 : 1, left.estimator, left.reason)
        < (right.isFailure ? 0 : 1, right.estimator, right.reason)
    }
  }

  private var groups: [Group: [ResultRecord]] {
    Dictionary(
      grouping: experiment.subject.records.filter { group($0) != nil },
      by: { group($0) ?? Group(isFailure: false, estimator: "", reason: "") })
  }

  private func group(_ record: ResultRecord) -> Group? {
    switch record.status {
    case .failed(let why): Group(isFailure: true, estimator: record.key.estimatorName, reason: why)
    case .skipped(let why):
      Group(isFailure: false, estimator: record.key.estimatorName, reason: why)
    case .ok, .degenerate: nil
    }
  }

  var markup: Markup {
    let groups = groups
    let failed = groups.filter(\.key.isFailure).values.joined().sorted { $0.key < $1.key }
    let skipped = groups.values.map(\.count).reduce(0, +) - failed.count
    let id = experiment.prefix + "gaps"
    return Markup("section", ["class": "gaps", "aria-labelledby": id]) {
      experiment.heading("Failures and skipped cells", id: "gaps")
      Markup("p") {
        failed.isEmpty
          ? "No cell failed. " : "\(NumberFormat.counted(failed.count, "cell")) failed. "
        skipped == 0
          ? "None was skipped."
          : "\(NumberFormat.counted(skipped, "cell")) \(skipped == 1 ? "was" : "were") skipped because the method has no meaning there."
      }
      if !groups.isEmpty { table(groups, id: id) }
      if let rest = Self.rest(groups.count, "reason") { Markup("p") { "\(rest)." } }
      if !failed.isEmpty { list(Array(failed)) }
      remarks
    }
  }

  private func table(_ groups: [Group: [ResultRecord]], id: String) -> Markup {
    Markup.scrolling("\(id)-table", style: "reasons sortable") {
      Markup.caption("\(id)-table") { "Cells without a result, by reason" }
      Markup("thead") {
        Markup("tr") {
          for title in ["estimator", "what", "reason", "where"] {
            Markup("th", ["scope": "col", "data-sort": "text"]) { title }
          }
          for title in ["tensors", "cells"] {
            Markup("th", ["scope": "col", "data-sort": "number"]) { title }
          }
        }
      }
      Markup("tbody") {
        for group in Self.shown(groups) {
          let records = groups[group] ?? []
          Markup("tr", ["class": group.isFailure ? "failure" : nil]) {
            Markup("th", ["scope": "row"]) { Markup.name(group.estimator.text) }
            Markup("td") { group.isFailure ? "failed" : "skipped" }
            Markup("td", ["class": "prose"]) { group.reason }
            Markup("td", ["class": "prose"]) { Self.settings(records) }
            Markup("td", ["class": "n"]) { "\(Set(records.map(\.key.subjectName)).count)" }
            Markup("td", ["class": "n"]) { NumberFormat.count(records.count) }
          }
        }
      }
    }
  }

  /// The greatest number of lines or names; the table of results has all of them.
  private static let most = 200

  /// The groups in order; of many groups, those with the most cells.
  private static func shown(_ groups: [Group: [ResultRecord]]) -> [Group] {
    let largest = groups.keys.sorted().enumerated().sorted {
      let (left, right) = (groups[$0.element]?.count ?? 0, groups[$1.element]?.count ?? 0)
      return left == right ? $0.offset < $1.offset : left > right
    }
    return largest.prefix(most).map(\.element).sorted()
  }

  /// The text about groups beyond the limit.
  private static func rest(_ count: Int, _ noun: String) -> String? {
    count > most
      ? "\(NumberFormat.counted(count - most, noun)) more \(count - most == 1 ? "is" : "are") in results.csv"
      : nil
  }

  /// Names of tensors in a sentence.
  private static func names(_ names: [String]) -> [Markup] {
    let shown = names.prefix(most).map(Markup.name)
    return Markup.list(shown + (rest(names.count, "tensor").map { [.text($0)] } ?? []))
  }

  /// The widths, schemes and granularities of some cells.
  private static func settings(_ records: [ResultRecord]) -> String {
    let bits = Set(records.map(\.key.grid.bits)).sorted().map { "\($0)" }
    let families = Set(records.map(\.key.grid.family))
    let granularities = Set(records.map { "\($0.key.granularity)" }).sorted()
    return "\(bits.joined(separator: ", ")) bits; "
      + GridFamily.inOrder(families).map(\.title).joined(separator: ", ") + "; "
      + granularities.joined(separator: ", ")
  }

  private func list(_ failed: [ResultRecord]) -> Markup {
    Markup("details") {
      Markup("summary") { failed.count > Self.most ? "Failed cells" : "Every failed cell" }
      Markup("ul") {
        for record in failed.prefix(Self.most) {
          Markup("li") {
            Markup.name("\(record.key)")
            ": \(record.status)"
          }
        }
        if let rest = Self.rest(failed.count, "cell") { Markup("li") { "\(rest)." } }
      }
    }
  }

  /// Remarks on degenerate tensors, and the notes of the run about cells.
  @MarkupBuilder private var remarks: [Markup] {
    let records = experiment.subject.records
    let degenerate = records.filter { $0.status == .degenerate }.map(\.key.subject.description)
      .distinctNames
    if !degenerate.isEmpty {
      Markup("p") {
        "Nothing in these tensors can be told from zero: "
        Self.names(degenerate)
        "."
      }
    }
    let noted = Dictionary(grouping: records.filter { !$0.notes.isEmpty }, by: \.notes)
    if !noted.isEmpty {
      Markup("ul") {
        for note in noted.keys.sorted().prefix(Self.most) {
          Markup("li") {
            "\(note): "
            Self.names((noted[note]?.map(\.key.subject.description) ?? []).distinctNames)
          }
        }
        if let rest = Self.rest(noted.count, "remark") { Markup("li") { "\(rest)." } }
      }
    }
  }
}
