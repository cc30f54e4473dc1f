internal import Figures
internal import Foundation
internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// The choices of estimators on one grid as rows, for a terminal and for a page.
struct InspectionTable {
  private static let header = ["estimator", "range", "clipped", "clipping", "rounding", "regret"]

  /// The header for a page, which has room for longer words.
  private static let pageHeader =
    [
      "estimator", "range",
    ] + [Metric.clippedFraction, .clippingMSE, .roundingMSE, .regret].map(\.facts.title)

  private let choices: [Inspection.Choice]

  init(_ choices: [Inspection.Choice]) { self.choices = choices }

  /// The table with a newline after each line; empty if nothing was measured.
  var text: String {
    var table = MarkdownTable(Self.header)
    for row in rows { table.add(row) }
    return rows.isEmpty ? "" : table.text
  }

  /// The table and the remarks below it.
  var html: String {
    let remarks = remarks.map { "<p>\(XMLText.escaped($0))</p>" }.joined(separator: "\n")
    guard !rows.isEmpty else { return remarks }
    func cells(_ row: [String], _ tag: String) -> String {
      row.enumerated().map { index, text in
        let kind = index == 0 && tag == "td" ? "th scope=\"row\"" : tag
        return "<\(kind)\(index > 0 ? " class=\"number\"" : "")>\(XMLText.escaped(text))"
          + "</\(kind.prefix(2))>"
      }.joined()
    }
    return """
      <div class="wide" role="region" aria-label="Ranges" tabindex="0"><table>
      <thead><tr>\(cells(Self.pageHeader, "th"))</tr></thead>
      <tbody>
      \(rows.map { "<tr>\(cells($0, "td"))</tr>" }.joined(separator: "\n"))
      </tbody>
      </table></div>
      \(remarks)
      """
  }

  /// Remarks on failures and unusual results, each once with all its estimators.
  var remarks: [String] {
    let said = choices.map { choice in
      let record = choice.record
      let status = record.status == .ok ? "" : record.status.description
      return [status, record.notes].filter { !$0.isEmpty }.joined(separator: "; ")
    }
    var known: Set = [""]
    return said.filter { known.insert($0).inserted }.map { text in
      let names = zip(choices, said).filter { $1 == text }.map(\.0.record.key.estimator)
      return printable("\(names.joined(separator: ", ")): \(text)", limit: 2000)
    }
  }

  private var rows: [[String]] {
    choices.compactMap { choice in
      let record = choice.record
      guard let clipped = record[.clippedFraction], let clipping = record[.clippingMSE],
        let rounding = record[.roundingMSE]
      else { return nil }
      return [
        printable(record.key.estimator), Self.range(choice), NumberFormat.share(clipped),
        NumberFormat.short(clipping, digits: 3), NumberFormat.short(rounding, digits: 3),
        Self.regret(record),
      ]
    }
  }

  /// The range, or the number of ranges.
  private static func range(_ choice: Inspection.Choice) -> String {
    guard let parameters = choice.record.parameters else {
      return counted(choice.record.lanes, "lane")
    }
    let upper = NumberFormat.short(parameters.upper, digits: 4)
    return parameters.lower == -parameters.upper
      ? "±\(upper)" : "\(NumberFormat.short(parameters.lower, digits: 4)) to \(upper)"
  }

  /// `mse / optimum - 1` as a percentage; a dash if no optimum is known.
  private static func regret(_ record: ResultRecord) -> String {
    guard let regret = record.regret else { return "–" }
    return regret.isFinite ? NumberFormat.regret(ofRatio: 1 + regret) : "inf"
  }
}
