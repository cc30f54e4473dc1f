/// The cells of a text file, as text.
struct TextTable {
  /// The text of a cell, and its place.
  struct Cell {
    let text: String
    let line: Int
    /// The index of its first byte in the line.
    let place: Int
    let isQuoted: Bool
  }

  /// A line that has any cells.
  struct Row {
    let line: Int
    var cells: [Cell] = []
    /// The place of the first empty cell before a separator, and the number of such cells.
    var hole: Int?
    var holes = 0
    /// The place after a separator at the end of the line; nil if there is none.
    var openEnd: Int?
  }

  private(set) var rows: [Row] = []
  private let name: String
  private let lines: [ArraySlice<UInt8>]
  private let separators: [UInt8]
  /// Whether commas are decimal marks, everywhere or only in quotes.
  private var hasDecimalComma: Bool

  /// Cuts lines without comments into cells.
  ///
  /// - Throws: `TensorFileError.malformed` if separators or decimal marks are ambiguous.
  init(_ lines: [ArraySlice<UInt8>], name: String) throws(TensorFileError) {
    let convention = try TextConvention(lines, name: name)
    self.name = name
    self.lines = lines
    (separators, hasDecimalComma) = (convention.separators, convention.hasDecimalComma)
    for (index, line) in lines.enumerated() {
      let row =
        separators.isEmpty
        ? words(of: line, number: index + 1) : cells(of: line, number: index + 1)
      if !row.cells.isEmpty || row.hole != nil { rows.append(row) }
    }
    try decideQuotedCommas()
  }

  /// The numbers of all cells.
  ///
  /// - Throws: `TensorFileError.malformed` at the first cell that is not a number.
  func values() throws(TensorFileError) -> [Float] {
    var values: [Float] = []
    let longest = rows.map { $0.cells.count + $0.holes }.max() ?? 0
    for (index, row) in rows.enumerated() {
      // A line of titles often has an empty cell. The error for its words is clearer.
      let isFirst = index == 0
      if let hole = row.hole, !isFirst { throw emptyCell(line: row.line, at: hole) }
      for cell in row.cells { values.append(try value(of: cell, isFirstRow: isFirst)) }
      if let hole = row.hole { throw emptyCell(line: row.line, at: hole) }
      // If a line is too short and ends with a separator, the cell after the separator is missing.
      if let end = row.openEnd, row.cells.count < longest {
        throw emptyCell(line: row.line, at: end)
      }
    }
    return values
  }

  /// The number in a cell.
  private func value(of cell: Cell, isFirstRow: Bool) throws(TensorFileError) -> Float {
    var text = cell.text
    // A typographic minus sign is accepted. Words of ASCII cannot have it.
    if text.utf8.contains(where: { $0 >= 0x80 }) {
      text = text.replacing("\u{2212}", with: "-")
    }
    if hasDecimalComma {
      guard !text.utf8.contains(UInt8(ascii: ".")) else {
        throw fault(
          cell, "has a decimal point where commas are decimal marks; expected one kind of mark")
      }
      text = text.replacing(",", with: ".")
    }
    // `Double.init` ignores everything after a zero byte.
    guard let double = Double(text), !text.utf8.contains(0) else {
      let expectation =
        text.utf8.contains(where: TextConvention.blanks.contains)
        ? "; expected no blanks within it"
        : isFirstRow ? "; expected numbers only, without a line of titles" : ""
      throw fault(cell, "is no number\(expectation)")
    }
    guard Float(double).isFinite || !double.isFinite else {
      throw fault(
        cell,
        "is beyond the range of float32; expected magnitudes up to \(Float.greatestFiniteMagnitude)"
      )
    }
    return Float(double)
  }

  /// Throws if lines have different numbers of cells.
  func requireFullRows() throws(TensorFileError) {
    for row in rows where row.cells.count != rows[0].cells.count {
      let count = row.cells.count
      throw .malformed(
        name: name,
        reason: "line \(row.line) has \(count) \(count == 1 ? "number" : "numbers"); expected "
          + "\(rows[0].cells.count), as in line \(rows[0].line)")
    }
  }

  /// Cuts a line at blanks.
  private func words(of line: ArraySlice<UInt8>, number: Int) -> Row {
    var row = Row(line: number)
    for word in line.split(whereSeparator: TextConvention.blanks.contains) {
      let cell = cell(word, line: number)
      if !cell.text.isEmpty { row.cells.append(cell) }
    }
    return row
  }

  /// Cuts a line at separators.
  private func cells(of line: ArraySlice<UInt8>, number: Int) -> Row {
    var row = Row(line: number)
    var start = line.startIndex
    while true {
      var end = start
      var isInQuotes = false
      while end < line.endIndex, isInQuotes || !separators.contains(line[end]) {
        if line[end] == UInt8(ascii: "\"") { isInQuotes.toggle() }
        end += 1
      }
      let cell = cell(line[start..<end], line: number)
      let isLast = end == line.endIndex
      if !cell.text.isEmpty {
        row.cells.append(cell)
      } else if !isLast || cell.isQuoted {
        row.hole = row.hole ?? start
        row.holes += 1
      } else if !row.cells.isEmpty {
        row.openEnd = start
      }
      guard !isLast else { return row }
      start = end + 1
    }
  }

  /// Creates a cell without the blanks and the quotes around its text.
  private func cell(_ bytes: ArraySlice<UInt8>, line: Int) -> Cell {
    var word = Self.trimmed(bytes)
    let quote = UInt8(ascii: "\"")
    let isQuoted = word.count >= 2 && word.first == quote && word.last == quote
    if isQuoted { word = Self.trimmed(word.dropFirst().dropLast()) }
    return Cell(
      text: String(decoding: word, as: UTF8.self), line: line, place: word.startIndex,
      isQuoted: isQuoted)
  }

  /// Bytes without the blanks around them, also without ``wideBlanks``.
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while let first = rest.first {
      if TextConvention.blanks.contains(first) {
        rest.removeFirst()
      } else if first >= 0x80, let blank = wideBlanks.first(where: rest.starts) {
        rest.removeFirst(blank.count)
      } else {
        break
      }
    }
    while let last = rest.last {
      if TextConvention.blanks.contains(last) {
        rest.removeLast()
      } else if last >= 0x80,
        let blank = wideBlanks.first(where: { rest.suffix($0.count).elementsEqual($0) })
      {
        rest.removeLast(blank.count)
      } else {
        break
      }
    }
    return rest
  }

  /// The no-break space, the thin space and the narrow no-break space.
  private static let wideBlanks: [[UInt8]] = ["\u{A0}", "\u{2009}", "\u{202F}"].map {
    Array($0.utf8)
  }

  /// Decides whether commas in quotes are decimal marks, if commas outside of quotes are separators.
  ///
  /// `"1,5"` has a decimal comma. `"1,234"` may have a comma for thousands, unless another cell
  /// shows that the file has decimal commas.
  private mutating func decideQuotedCommas() throws(TensorFileError) {
    let quoted = rows.flatMap(\.cells).filter {
      $0.isQuoted && $0.text.utf8.contains(UInt8(ascii: ","))
    }
    guard let first = quoted.first, !hasDecimalComma else { return }
    guard !quoted.allSatisfy({ Self.mayHaveThousands($0.text) }) else {
      throw fault(first, "may have a decimal comma or thousands; expected numbers without commas")
    }
    hasDecimalComma = true
  }

  /// Whether three digits follow every comma, and a number other than zero comes before the first.
  private static func mayHaveThousands(_ text: String) -> Bool {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let whole = parts[0].drop { "+-\u{2212}".contains($0) }
    return (1...3).contains(whole.count) && whole.first != "0"
      && parts.dropFirst().allSatisfy { part in
        let digits = part.prefix { $0 != "." }
        return digits.count == 3 && digits.allSatisfy(\.isNumber)
      }
  }

  private func emptyCell(line: Int, at place: Int) -> TensorFileError {
    let column = column(of: place, in: lines[line - 1])
    return .malformed(
      name: name, reason: "line \(line), column \(column): empty cell; expected a number")
  }

  private func fault(_ cell: Cell, _ reason: String) -> TensorFileError {
    let column = column(of: cell.place, in: lines[cell.line - 1])
    return .malformed(
      name: name, reason: "line \(cell.line), column \(column): \(quoted(cell.text)) \(reason)")
  }
}
