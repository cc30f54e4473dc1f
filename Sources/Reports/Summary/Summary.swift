internal import QuantizationCore
internal import ResultAnalysis
package import ResultRecords
internal import TensorIO

/// The comparison tables in `summary.md`, a pure function of the records.
///
/// An experiment with held-out batches has the tables of ``HeldOutSummary``.
package struct Summary {
  private let title: String
  private let question: String?
  private let records: [ResultRecord]
  private let all: Leaderboard
  private let heldOut: HeldOutSummary?
  private let boards: [NetworkBoard]

  /// Prepares the summary of an experiment.
  ///
  /// - Parameters:
  ///   - title: The name of the experiment.
  /// - question: The question, from the manifest.
  ///   - records: Every finished cell.
  ///   - networks: A row for each network and each way to quantize it.
  package init(
    title: String, question: String? = nil, records: [ResultRecord],
    networks: [NetworkRecord] = []
  ) {
    boards = NetworkBoard.boards(networks, records)
    self.title = title
    self.question = question
    self.records = records
    all = Leaderboard(records)
    heldOut = HeldOutSummary(records)
  }

  /// The question of a summary, from the paragraph in it.
  package static func question(_ paragraph: String) -> String {
    MarkdownText.text(ofPlain: paragraph)
  }

  /// The whole document.
  package var markdown: String {
    (tables + [gaps]).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var tables: [String] {
    if let heldOut { return ["# \(MarkdownText.plain(title))\n\(asked)"] + heldOut.sections }
    return [heading] + networks + [overview] + settings + [tensorByTensor]
  }

  private var asked: String { question.map { "\n\(MarkdownText.paragraph($0))\n" } ?? "" }

  private var networks: [String] { NetworkSummary(boards).sections }

  /// The tables of networks and the table over all settings, which a terminal shows after a run.
  package var brief: String {
    heldOut?.overview ?? (networks + [overview]).joined(separator: "\n")
  }

  private var heading: String {
    """
    # \(MarkdownText.plain(title))
    \(asked)
    \(verdict)

    MSE ratio: the error of an estimator divided by the least error that any range can have on the
    same tensor in the same setting (certified up to 8 bits; above, the least error of any
    estimator here), averaged geometrically over tensors; the best in bold. A ratio of 1.25 is a
    regret of 25 %. SQNR: mean over tensors. Clipping: the mean share of the squared error that comes from
    values beyond the outermost level; the rest is rounding.

    """
  }

  private var verdict: String {
    networkVerdict
      + VerdictText(verdict: Verdict(records, all)).markdown
      + " \(counted(records.count, "cell")), \(counted(all.tensors.count, "tensor"))."
  }

  /// The verdict about networks, before that about tensors and in one paragraph with it; empty without
  /// networks.
  private var networkVerdict: String {
    let verdict = NetworkVerdict(boards)
    guard !verdict.rows.isEmpty else { return "" }
    return NetworkVerdictText(verdict: verdict).markdown + " On tensors alone:\n"
  }

  /// One line for each estimator and one column for each bit width, over all settings.
  private var overview: String {
    var table = MarkdownTable(["MSE ratio"] + all.bits.map { "\($0) bits" } + ["all", "cells"])
    let columns = all.bits.map { bits in all.filtered { $0.grid.bits == bits } } + [all]
    for estimator in all.estimators {
      let scores = columns.map { $0.score(estimator) }
      let cells = zip(scores, columns).map { score, column in
        emphasized(NumberFormat.ratio(score.ratio), score.ratio == column.bestRatio)
      }
      table.add([MarkdownText.code(estimator)] + cells + ["\(scores.last?.count ?? 0)"])
    }
    let lossless =
      all.losslessCount == 0
      ? ""
      : "\nSome setting reproduces \(counted(all.losslessCount, "tensor")) exactly; it has no ratio.\n"
    return "## All settings together\n\n" + table.text + lossless
  }

  /// One section for each granularity and grid: three lines for each bit width, estimators side by
  /// side.
  private var settings: [String] {
    all.granularities.flatMap { granularity in
      all.families.map { family in
        section(
          "\(granularity), \(family.title)",
          all.filtered { $0.granularity == granularity && $0.grid.family == family })
      }
    }
  }

  private func section(_ title: String, _ part: Leaderboard) -> String {
    let estimators = all.estimators.filter {
      part.score($0).count > 0 || part.score($0).sqnr != nil
    }
    guard !estimators.isEmpty else { return "" }
    let rows = part.divided(by: \.grid.bits).sorted { $0.key < $1.key }
    let most = rows.flatMap { row in estimators.map { row.value.score($0).count } }.max() ?? 0
    var table = MarkdownTable(
      ["bits", ""] + estimators.map(MarkdownText.code), leftColumns: 2)
    for (bits, row) in rows {
      let scores = estimators.map { row.score($0) }
      table.add(
        ["\(bits)", "MSE ratio"]
          + scores.map { score in
            let fewer = score.count < most && score.count > 0 ? " (n = \(score.count))" : ""
            return emphasized(NumberFormat.ratio(score.ratio), score.ratio == row.bestRatio) + fewer
          })
      table.add(["", Metric.sqnr.facts.title] + scores.map { NumberFormat.text($0.sqnr, .sqnr) })
      table.add(["", "clipping"] + scores.map { NumberFormat.percent($0.clippingShare) })
    }
    return "## \(title) (n = \(counted(most, "tensor")))\n\n" + table.text
  }

  /// Each tensor's ratios at a narrow and a wide setting, for the first grid, whole tensors.
  private var tensorByTensor: String {
    let granularity = all.granularities.first
    let family = all.families.first
    let part = all.filtered { $0.granularity == granularity && $0.grid.family == family }
    let usual = part.bits.filter { [4, 8].contains($0.count) }
    let widths = usual.isEmpty ? [part.bits.first, part.bits.last].compactMap { $0 } : usual
    guard let granularity, let family else { return "" }
    return widths.map { bits in
      var table = MarkdownTable(["MSE ratio"] + all.estimators.map(MarkdownText.code))
      let cells = part.filtered { $0.grid.bits == bits }
      let rows = cells.divided(by: \.subjectName)
      let shown = TensorSelection(cells, of: part.tensorNames)
      for tensor in shown.tensors {
        let row = rows[tensor]
        table.add(
          [MarkdownText.code(tensor.text)]
            + all.estimators.map {
              let ratio = row?.score($0).ratio
              return emphasized(NumberFormat.ratio(ratio), ratio == row?.bestRatio)
            })
      }
      return "## Tensor by tensor: \(bits) bits, \(granularity), \(family.title)\n\n" + table.text
        + (shown.remark().map { "\n\($0)\n" } ?? "")
    }.joined(separator: "\n")
  }

  /// The cells that were skipped or failed, by reason.
  private var gaps: String {
    let reasons = records.reduce(into: [Reason: Int]()) { reasons, record in
      switch record.status {
      case .skipped, .failed:
        reasons[Reason(estimator: record.key.estimatorName, status: record.status), default: 0] += 1
      case .ok, .degenerate: break
      }
    }
    guard !reasons.isEmpty else { return "" }
    let most = reasons.map { (text: $0.key.text, count: $0.value) }.sorted { $0.text < $1.text }
    let shown =
      most.count <= Self.mostReasons
      ? most
      : most.enumerated()
        .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
        .prefix(Self.mostReasons).sorted { $0.offset < $1.offset }.map(\.element)
    let rest = most.count - shown.count
    return "## Not measured\n\n"
      + shown.map { "- \(counted($0.count, "cell")): \($0.text)\n" }.joined()
      + (rest > 0 ? "- \(NumberFormat.counted(rest, "reason")) more: see results.csv\n" : "")
  }

  /// The greatest number of reasons; the most frequent are listed.
  private static let mostReasons = 100

  /// A reason why cells of an estimator are missing.
  private struct Reason: Hashable {
    let estimator: ExactName
    let status: ResultRecord.Status

    var text: String {
      "\(MarkdownText.code(estimator.text)) \(MarkdownText.plain("\(status)"))"
    }
  }

  private func emphasized(_ text: String, _ isBest: Bool) -> String {
    isBest && text != "–" ? "**\(text)**" : text
  }
}
