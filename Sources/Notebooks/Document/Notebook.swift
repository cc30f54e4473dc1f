/// A Markdown document whose fenced cells can be run.
///
/// Every fence of a known language is a cell, unless its info string has `{skip}`. Its output is
/// below it, between the comments `<!-- output -->` and `<!-- end output -->`, which are invisible
/// in the rendered document.
package struct Notebook: Sendable {
  /// The name of the document in messages.
  package let name: String
  /// The text of the document.
  package let text: String

  let document: DocumentLines
  let cells: [Cell]
  let values: [ValueReference]

  /// Parses a document.
  ///
  /// - Throws: `NotebookFault` for a fence that is not closed, an unknown attribute, or an output
  ///   without a cell.
  package init(_ text: String, name: String) throws(NotebookFault) {
    self.name = name
    self.text = text
    document = DocumentLines(text)
    do {
      (cells, values) = try Self.parts(of: document)
    } catch {
      throw NotebookFault(
        kind: .document, document: name, line: error.line + 1, message: error.message)
    }
  }

  /// The number of cells.
  package var cellCount: Int { cells.count }

  static let outputBegins = "<!-- output -->"
  static let outputEnds = "<!-- end output -->"

  private static func parts(
    of document: DocumentLines
  ) throws(LineFault) -> ([Cell], [ValueReference]) {
    let lines = document.lines.map(\.text)
    let scan = BlockScan(lines)
    var cells: [Cell] = []
    var named: [String: Cell] = [:]
    var isShown = [Bool](repeating: false, count: lines.count)
    for fence in scan.fences where !isShown[fence.opening] {
      guard let cell = try cell(fence, in: lines, scan.kinds) else { continue }
      if let name = cell.attributes.name, let other = named.updateValue(cell, forKey: name) {
        throw LineFault(
          "cell '\(name)' is also in line \(other.lines.lowerBound + 1); expected a name of its own",
          at: fence.opening)
      }
      cells.append(cell)
      for index in cell.output { isShown[index] = true }
    }
    var values: [ValueReference] = []
    for (index, line) in lines.enumerated() where scan.kinds[index] != .code && !isShown[index] {
      let mark = line.trimmed
      guard scan.kinds[index] == .text || mark != outputBegins && mark != outputEnds else {
        throw LineFault("'\(mark)' belongs to no cell; expected it below the end of one", at: index)
      }
      values += try ValueReference.all(in: line, at: index, isText: scan.kinds[index] == .text)
    }
    return (cells, values)
  }

  private static func cell(
    _ fence: FencedBlock, in lines: [String], _ kinds: [BlockScan.Kind]
  ) throws(LineFault) -> Cell? {
    let attributes: CellAttributes
    do {
      let language = fence.info.prefix { $0 != " " && $0 != "\t" && $0 != "{" }
      guard Interpreter(language: String(language)) != nil else { return nil }
      attributes = try CellAttributes(info: fence.info)
    } catch {
      throw LineFault(error.message, at: fence.opening)
    }
    guard !attributes.isSkipped else { return nil }
    guard let closing = fence.closing else {
      throw LineFault("this cell is not closed by a fence like its first", at: fence.opening)
    }
    return Cell(
      attributes: attributes, source: fence.content.map { $0 + "\n" }.joined(),
      lines: fence.opening...closing, indentation: fence.indentation,
      output: try output(after: closing, in: lines, kinds))
  }

  /// The lines of an output block below a line, with the blank lines before it.
  private static func output(
    after closing: Int, in lines: [String], _ kinds: [BlockScan.Kind]
  ) throws(LineFault) -> Range<Int> {
    let start = closing + 1
    let rest = start..<lines.count
    guard let begin = rest.first(where: { !lines[$0].isBlank }), kinds[begin] == .html,
      lines[begin].trimmed == outputBegins
    else { return start..<start }
    for index in begin + 1..<lines.count where kinds[index] == .html {
      if lines[index].trimmed == outputEnds { return start..<index + 1 }
      if lines[index].trimmed == outputBegins { break }
    }
    throw LineFault("this output has no end; expected '\(outputEnds)' below it", at: begin)
  }
}
