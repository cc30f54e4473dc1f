internal import Foundation
package import ResultAnalysis

/// A comparison as LaTeX tables; the document that includes them loads the package `booktabs`.
package struct ComparisonLaTeX {
  private let tables: ComparisonTables
  private let networks: NetworkComparison?

  /// Prepares the tables; `networks` are the rows of networks of several files, if there are some.
  package init(_ comparison: ErrorComparison, networks: NetworkComparison? = nil) {
    self.networks = networks
    tables = ComparisonTables(comparison: comparison)
  }

  /// The tables, with a newline at the end.
  package var text: String {
    let own = networks.map { table(NetworkComparisonTable($0).table, key: "") }
    return
      (["% Needs \\usepackage{booktabs}.\n"] + [own].compactMap { $0 }
      + tables.tables.map { table($0, key: Self.key) }).joined(separator: "\n")
  }

  /// The columns that are omitted for want of room; CSV and JSON have them.
  private static let leftOut: Set<String> = [
    "median", "ties", "losses", "p", "tensors", "cells",
  ]

  /// What the marks of tables of errors mean.
  private static let key = " \\(*\\): the reference. W/T/L: wins, ties, losses."

  private func table(_ table: ComparisonTables.Table, key: String) -> String {
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
      \\caption{\(remarks)\(key)}
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
