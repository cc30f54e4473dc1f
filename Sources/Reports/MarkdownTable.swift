/// A Markdown table with aligned source, so that it is readable in a terminal too.
package struct MarkdownTable {
  private let header: [String]
  private var rows: [[String]] = []
  private let leftColumns: Int

  /// Starts a table; the first `leftColumns` columns are aligned left, the others right.
  package init(_ header: [String], leftColumns: Int = 1) {
    self.header = header
    self.leftColumns = leftColumns
  }

  /// Adds a row of as many cells as the header has.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count == header.count, "a row has as many cells as the header")
    rows.append(cells)
  }

  /// The table, with a newline after each line.
  package var text: String {
    let escaped = ([header] + rows).map { $0.map { $0.replacing("|", with: "\\|") } }
    let widths = header.indices.map { column in escaped.map { $0[column].count }.max() ?? 0 }
    var lines = escaped.map { cells in
      "| " + header.indices.map { padded(cells[$0], widths[$0], $0) }.joined(separator: " | ")
        + " |"
    }
    let rule = header.indices.map { column in
      column < leftColumns
        ? String(repeating: "-", count: max(widths[column], 3))
        : String(repeating: "-", count: max(widths[column], 3) - 1) + ":"
    }
    lines.insert("| " + rule.joined(separator: " | ") + " |", at: 1)
    return lines.map { $0 + "\n" }.joined()
  }

  private func padded(_ cell: String, _ width: Int, _ column: Int) -> String {
    let space = String(repeating: " ", count: max(width, 3) - cell.count)
    return column < leftColumns ? cell + space : space + cell
  }
}
