internal import Foundation
package import ResultAnalysis
internal import ScientificMath
internal import TensorIO

/// Mean ranks on a line, with bars that join contenders that cannot be told apart.
package struct CriticalDifferenceDiagram {
  /// The test that determines the bars.
  package enum Groups: String, CaseIterable, Sendable {
    /// Wilcoxon's signed-rank test of every pair, corrected by Holm.
    case wilcoxon
    /// Nemenyi's critical difference of mean ranks.
    case nemenyi
  }

  let entries: [ContenderRanking.Entry]
  let groups: [Range<Int>]
  let criticalDifference: Double
  private let ranking: ContenderRanking
  private let test: Groups
  private let level: Double

  /// Prepares the diagram of a ranking; nil with too few tensors or contenders.
  package init?(_ ranking: ContenderRanking, groups: Groups = .wilcoxon, level: Double) {
    guard let criticalDifference = ranking.criticalDifference else { return nil }
    self.ranking = ranking
    self.criticalDifference = criticalDifference
    self.level = level
    test = groups
    entries = ranking.entries
    self.groups = groups == .wilcoxon ? ranking.wilcoxonGroups : ranking.nemenyiGroups
  }

  /// The description of the bars.
  var caption: String {
    let tests = entries.count * (entries.count - 1) / 2
    let pairs = tests == 1 ? "the pair" : "all \(tests) pairs"
    let bars =
      test == .wilcoxon
      ? "Bars join contenders of which no pair differs (Wilcoxon, Holm over \(pairs), level \(number(level)))."
      : "Bars join mean ranks less than the critical difference apart (Nemenyi, level \(number(level)))."
    return bars
  }

  /// The description of the ranks; `scope` distinguishes the records from others on the page.
  func averaging(_ scope: String?) -> String {
    "Mean ranks over \(ranking.tensors) tensors, the cells of each averaged"
      + (scope.map { ", \($0)" } ?? "") + "; 1 is the least error. "
  }

  /// Further remarks for the reader.
  var remarks: [String] {
    var remarks = [
      "Nemenyi's critical difference of mean ranks is \(ComparisonFormat.rank(criticalDifference))"
        + " (\(entries.count) contenders, \(ranking.tensors) tensors)."
    ]
    if let friedman = ranking.friedman {
      remarks.append(
        "Friedman: chi-squared \(String(format: "%.4g", friedman.chiSquared)), Iman-Davenport F "
          + "\(String(format: "%.4g", friedman.fStatistic)), p "
          + "\(ComparisonFormat.probability(friedman.fPValue)).")
    }
    let tests = Double(entries.count * (entries.count - 1) / 2)
    let least = pow(0.5, Double(ranking.tensors - 1))
    if test == .wilcoxon && least * tests > level {
      remarks.append(
        "No pair can reach the level: the least p of \(ranking.tensors) tensors is "
          + "\(ComparisonFormat.probability(least)), times \(Int(tests)) pairs. Compare fewer.")
    }
    if test == .wilcoxon && entries.count > 2 {
      remarks.append(
        "Pairs that do not differ but have others between them are not drawn; JSON lists all pairs."
      )
    }
    return remarks
  }

  /// The diagram for a terminal: one line for each contender, one column for each bar.
  package var text: String {
    let names = entries.map { printable($0.contender) }
    let width = names.map(\.count).max() ?? 0
    let lines = entries.enumerated().map { index, entry in
      let name = names[index].padding(toLength: width, withPad: " ", startingAt: 0)
      let bars = groups.map { $0.contains(index) ? "|" : " " }.joined(separator: " ")
      let line = String(format: "%6.2f", entry.meanRank) + "  " + name + "  " + bars
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    return "  rank\n" + lines.joined() + "\n" + ([caption] + remarks).map { $0 + "\n" }.joined()
  }

  private func number(_ value: Double) -> String { String(format: "%g", value) }
}
