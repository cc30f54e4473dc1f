internal import Foundation
public import ResultAnalysis

/// A comparison as LaTeX tables; the document that includes them loads the package `booktabs`.
public struct ContestLaTeX {
  private let tables: ContestTables

  /// Prepares the tables.
  public init(_ comparison: ContestComparison) {
    tables = ContestTables(comparison: comparison)
  }

  /// The tables, with a newline at the end.
  public var text: String {
    (["% Needs \\usepackage{booktabs}.\n"] + tables.tables.map(table)).joined(separator: "\n")
  }

  /// Columns a printed page has no room for; CSV and JSON have them.
  private static let leftOut: Set<String> = ["p", "tensors", "cells"]

  private func table(_ table: ContestTables.Table) -> String {
    let columns = table.header.indices.filter { !Self.leftOut.contains(table.header[$0]) }
    let alignment = columns.map { $0 < table.leftColumns ? "l" : "r" }.joined()
    let remarks = ([table.title + "."] + table.remarks).map(Self.escaped).joined(separator: " ")
    let rows = [table.header] + table.rows
    let lines = rows.map { row in
      columns.map { Self.cell(row[$0]) }.joined(separator: " & ") + " \\\\"
    }
    return """
      \\begin{table}
      \\centering
      \\footnotesize
      \\caption{\(remarks) \\(*\\): the reference.}
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
