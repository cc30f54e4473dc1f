internal import Foundation
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The verdict about networks in sentences, for the start of pages and `summary.md`.
struct NetworkVerdictText {
  let verdict: NetworkVerdict

  /// Which rule keeps most at which widths, a sentence for each network.
  var advice: [[Phrase]] { verdict.networks.map(sentence) }

  private func sentence(_ rows: [NetworkVerdict.Row]) -> [Phrase] {
    guard let first = rows.first else { return [] }
    let (told, open) = (rows.filter { !$0.isOpen }, rows.filter(\.isOpen))
    let hasLabels = first.leader.figures.accuracy != nil
    var groups: [[NetworkVerdict.Row]] = []
    for row in told {
      if let index = groups.firstIndex(where: { Self.isSameWay($0[0], row) }) {
        groups[index].append(row)
      } else {
        groups.append([row])
      }
    }
    let what = hasLabels ? " keeps most accuracy " : " keeps the outputs closest "
    let leaders = groups.enumerated().map { index, group -> [Phrase] in
      way(group[0]) + [.words((index == 0 ? what : " ") + place(group) + " (\(kept(group)))")]
    }
    let taking = Set(open.map(\.taking))
    let noun = open.contains { $0.setting != nil } ? "way" : "rule"
    let count = taking.count == 1 ? counted(taking.first ?? 0, noun) : "\(noun)s"
    let level =
      open.isEmpty
      ? []
      : [Phrase.words("\(place(open)) no difference between \(count) can be seen (most: ")]
        + Phrase.list(open.map { way($0) + [.words(" \(NetworkFormat.kept($0.leader))")] })
        + [.words(")")]
    let float = first.leader.figures.floatAccuracy.map { "; float has \(NetworkFormat.share($0))" }
    return [.words("In "), .name(first.model), .words(", ")] + Phrase.list(leaders)
      + (leaders.isEmpty || level.isEmpty ? [] : [.words("; ")]) + level
      + [.words((float ?? "") + ".")]
  }

  private static func isSameWay(_ left: NetworkVerdict.Row, _ right: NetworkVerdict.Row) -> Bool {
    left.leader.name == right.leader.name && left.setting == right.setting
  }

  /// The rule, with its setting where the network has several.
  private func way(_ row: NetworkVerdict.Row) -> [Phrase] {
    [.name(row.leader.name)] + (row.setting.map { [.words(", \($0.title),")] } ?? [])
  }

  private func place(_ rows: [NetworkVerdict.Row]) -> String {
    let bits = rows.map { "\($0.bits)" }
    let start = bits.dropLast().joined(separator: ", ")
    return "at \(start)\(start.isEmpty ? "" : " and ")\(bits.last ?? "") bits"
  }

  private func kept(_ rows: [NetworkVerdict.Row]) -> String {
    rows.map { NetworkFormat.kept($0.leader) }.joined(separator: ", ")
  }

  /// From what the best rules cannot be told, and what they lose against float: a paragraph for each
  /// network.
  var certainty: [String] {
    let labelled = verdict.networks.filter { $0.contains { $0.isLoss != nil } }
    return labelled.map { rows in
      let name = labelled.count == 1 ? "" : "In \(printable(rows[0].model)): "
      let text = level(rows) + float(rows)
      return name.isEmpty ? text.prefix(1).uppercased() + text.dropFirst() : name + text
    }
  }

  /// How many of the other rules cannot be told from the best; empty if all or none at every width.
  private func level(_ rows: [NetworkVerdict.Row]) -> String {
    let some = rows.filter { !$0.isOpen && $0.level > 0 }
    guard let first = some.first else { return "" }
    let noun = first.setting == nil ? "rules" : "ways"
    let counts = some.map {
      "\($0.level) of the \($0.taking - 1) other \(noun) \(place([$0]))"
    }
    return "no difference can be seen between the best and \(counts.joined(separator: ", ")). "
  }

  private func float(_ rows: [NetworkVerdict.Row]) -> String {
    func p(_ row: NetworkVerdict.Row) -> Double { row.leader.figures.pValue ?? 1 }
    let equal = rows.filter { $0.isLoss == false }
    var parts: [String] = []
    if let least = equal.map(p).min() {
      let sign = equal.count == 1 ? "=" : "≥"
      parts.append(
        "no difference of the best can be seen \(place(equal)) (McNemar's p \(sign) "
          + "\(ComparisonFormat.probability(least)))")
    }
    parts += rows.filter { $0.isLoss == true }.map { row in
      let drop = row.leader.figures.drop ?? 0
      return "\(place([row])) the best \(drop < 0 ? "gains" : "loses") "
        + "\(NetworkFormat.points(abs(drop))) percentage points "
        + "(p = \(ComparisonFormat.probability(p(row))))"
    }
    return "\(level(rows).isEmpty ? "against" : "Against") float, \(parts.joined(separator: "; "))."
  }

  /// Both as one paragraph of Markdown.
  var markdown: String {
    advice.map { $0.map(\.markdown).joined() }.joined(separator: " ")
      + certainty.map { " " + MarkdownText.plain($0) }.joined()
  }
}
