internal import Foundation
package import ResultAnalysis

/// A comparison as LaTeX tables; the document that includes them loads the package `booktabs`.
package struct ComparisonLaTeX {
  private let tables: ComparisonTables

  /// Prepares the tables.
  package init(_ comparison: ErrorComparison) {
    tables = ComparisonTables(comparison: comparison)
  }

  /// The tables, with a newline at the end.
  package var text: String {
    (["% Needs \\usepackage{booktabs}.\n"] + tables.tables.map(table)).joined(separator: "\n")
  }

  /// The columns that are omitted for want of room; CSV and JSON have them.
  private static let leftOut: Set<String> = [
    "median", "ties", "losses", "p", "tensors", "cells",
  ]

  private func table(_ table: ComparisonTables.Table) -> String {
    let columns = table.header.indices.filter { !Self.leftOut.contains(table.header[$0]) }
    let alignment = columns.map { $0 < table.leftColumns ? "l" : "r" }.joined()
    let remarks = ([table.title + "."] + table.remarks).map(Self.escaped).joined(separator: " ")
    let rows = [table.header] + table.rows.map { Self.joined($0, table.header) }
    let lines = rows.map { row in
      columns.map { Self.cell(row[$0] == "wins" ? "W/T/L" : row[$0]) }.joined(
        separator: " & ") + " \\\\"
    }
    return """
      \\begin{table}
      \\centering
      \\footnotesize
      \\setlength{\\tabcolsep}{3pt}
      \\caption{\(remarks) \\(*\\): the reference. W/T/L: wins, ties, losses.}
      \\begin{tabular}{\(alignment)}
      \\toprule
      \(lines[0])
      \\midrule
      \(lines.dropFirst().joined(separator: "\n"))
      \\bottomrule
      \\end{tabular}
      \\end{table}

      """
  }

  /// Joins wins, ties and losses in one column, as `3/0/12`.
  private static func joined(_ row: [String], _ header: [String]) -> [String] {
    guard let wins = header.firstIndex(of: "wins"), !row[wins].isEmpty else { return row }
    var row = row
    row[wins] = row[wins...wins + 2].joined(separator: "/")
    return row
  }

  /// Numbers with an exponent are set as powers of ten.
  private static func cell(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      guard Double(word) != nil, let place = word.firstIndex(of: "e"),
        let exponent = Int(word[word.index(after: place)...])
      else { return escaped(String(word)) }
      return "$\(word[..<place]) \\times 10^{\(exponent)}$"
    }.joined(separator: " ")
  }

  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\textbackslash{}"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "–": "--"
      // A bracket after a line end would be read as its argument.
      case "[", "]": "{\(character)}"
      case "&", "%", "$", "#", "_", "{", "}": "\\\(character)"
      default: String(character)
      }
    }.joined()
  }
}
