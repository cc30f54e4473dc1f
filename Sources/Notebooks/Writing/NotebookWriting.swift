/// Writes outputs and values into a document.
struct NotebookWriting {
  private let notebook: Notebook
  /// The output of each cell; nil if it failed and keeps its old output.
  private let outputs: [CellOutput?]

  init(_ notebook: Notebook, _ outputs: [CellOutput?]) {
    (self.notebook, self.outputs) = (notebook, outputs)
  }

  /// The new document.
  ///
  /// - Throws: For values that no cell prints, and for outputs that would change the structure of
  ///   the document, such as Markdown with a fence that is not closed.
  func text() throws(LineFault) -> String {
    let document = try Self.replacing(
      notebook, valued(),
      with: outputs.enumerated().map { index, output in
        output?.lines(for: notebook.cells[index], figures: notebook.figureFolder)
      })
    try check(document)
    return document.text
  }

  /// The figures, with paths relative to the folder of the document.
  func figures() throws(LineFault) -> [NotebookRun.Figure] {
    var figures: [NotebookRun.Figure] = []
    var taken: Set<String> = []
    for (cell, output) in zip(notebook.cells, outputs) {
      guard let output else { continue }
      for (figure, bytes) in zip(cell.attributes.figures, output.figures) {
        let path = "\(notebook.figureFolder)/\(figure.name)"
        guard taken.insert(path).inserted else {
          throw LineFault("another figure is called \(figure.name), too", at: cell.lines.lowerBound)
        }
        figures.append(NotebookRun.Figure(path: path, bytes: bytes))
      }
    }
    return figures
  }

  /// The lines of a document with new lines below its cells; nil keeps the old ones.
  static func replacing(
    _ notebook: Notebook, _ lines: [DocumentLines.Line], with shown: [[String]?]
  ) -> DocumentLines {
    let ending = notebook.document.ending
    var result: [DocumentLines.Line] = []
    var next = 0
    for (cell, output) in zip(notebook.cells, shown) {
      let below = cell.output
      result += lines[next..<below.lowerBound]
      next = below.lowerBound
      guard let output else { continue }
      next = below.upperBound
      if !output.isEmpty, result[result.count - 1].ending.isEmpty {
        result[result.count - 1].ending = ending
      }
      result += output.map { DocumentLines.Line(text: $0, ending: ending) }
    }
    return DocumentLines(result + lines[next...])
  }

  /// The lines of the document with values.
  private func valued() throws(LineFault) -> [DocumentLines.Line] {
    var lines = notebook.document.lines
    var places: [String: Int] = [:]
    for (index, cell) in notebook.cells.enumerated() {
      if let name = cell.attributes.name { places[name] = index }
    }
    // The last value in a line is replaced first, so that the positions of the others stay valid.
    for reference in notebook.values.reversed() {
      guard let index = places[reference.cell] else {
        throw LineFault("no cell is called '\(reference.cell)'", at: reference.line)
      }
      guard let output = outputs[index] else { continue }
      let value: String
      do throws(ValueFault) {
        let found = try OutputValues(output.text).value(at: reference.path)
        value = reference.format.map { $0.rounded(found) ?? "" } ?? found
        guard !value.isEmpty else { throw ValueFault("prints '\(found)', which is no number") }
      } catch {
        throw LineFault("cell '\(reference.cell)' \(error.message)", at: reference.line)
      }
      var characters = Array(lines[reference.line].text)
      characters.replaceSubrange(reference.place, with: Array(value))
      lines[reference.line].text = String(characters)
    }
    return lines
  }

  /// Parses the result again, because an output must not become a cell or hide one.
  private func check(_ document: DocumentLines) throws(LineFault) {
    let again = try? Notebook(document.text, name: notebook.name)
    guard let again, again.cells.map(\.source) == notebook.cells.map(\.source) else {
      let culprit = notebook.cells.first { $0.attributes.output == .markdown }
      throw LineFault(
        "the document reads differently with this output; expected Markdown that ends what it begins",
        at: culprit?.lines.lowerBound ?? 0)
    }
  }
}

extension Notebook {
  /// The folder of the document's figures, relative to the folder of the document.
  var figureFolder: String {
    let file = name.split(separator: "/").last ?? ""
    let stem = file.lastIndex(of: ".").map { $0 > file.startIndex ? file[..<$0] : file } ?? file
    return "figures/\(stem)"
  }

  /// The document without outputs; values in prose stay, because they are part of sentences.
  package var cleaned: String {
    NotebookWriting.replacing(self, document.lines, with: cells.map { _ in [] }).text
  }

  /// The figures in the outputs, relative to the folder of the document.
  package var figurePaths: [String] {
    cells.flatMap { $0.attributes.figures.map { "\(figureFolder)/\($0.name)" } }
  }
}
