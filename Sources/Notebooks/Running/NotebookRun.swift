internal import Foundation
internal import Processes

/// The result of running a notebook: the new document and its figures.
package struct NotebookRun: Sendable {
  /// The settings of a run.
  package struct Settings: Sendable {
    /// The path of the program that cells call as `rangelab`.
    package var executable: String
    /// The working directory of cells: the folder of the document.
    package var folder: String
    /// The timeout in seconds of a cell without one of its own.
    package var timeout: Double
    /// Whether the run continues after a failed cell, which keeps its old output.
    package var keepsGoing = false

    /// Creates settings.
    package init(executable: String, folder: String, timeout: Double) {
      (self.executable, self.folder, self.timeout) = (executable, folder, timeout)
    }
  }

  /// A figure of the document.
  package struct Figure: Equatable, Sendable {
    /// The path relative to the folder of the document.
    package let path: String
    /// The contents of the file.
    package let bytes: [UInt8]
  }

  /// The document with its outputs and values.
  package let text: String
  /// The figures of the outputs.
  package let figures: [Figure]
  /// The faults of cells, if the run continues after them.
  package let faults: [NotebookFault]

  /// Runs the cells in the order of the document.
  ///
  /// - Throws: `NotebookFault` for the first cell that fails, unless the run continues, and for
  ///   values that no cell prints.
  package init(_ notebook: Notebook, _ settings: Settings) throws {
    var faults: [NotebookFault] = []
    let environment = try CellEnvironment(executable: settings.executable)
    let runner = CellRunner(settings: settings, environment: environment)
    let outputs = try Interruption.caught {
      try notebook.cells.map { cell -> CellOutput? in
        do throws(ValueFault) {
          return try runner.output(of: cell)
        } catch {
          let fault = notebook.fault(error, of: cell)
          guard settings.keepsGoing, fault.kind == .cell else { throw fault }
          faults.append(fault)
          return nil
        }
      }
    }
    let writing = NotebookWriting(notebook, outputs)
    do throws(LineFault) {
      text = try writing.text()
      figures = try writing.figures()
    } catch {
      throw NotebookFault(
        kind: .cell, document: notebook.name, line: error.line + 1, message: error.message)
    }
    self.faults = faults
  }
}

extension Notebook {
  /// The fault of a cell, with its position.
  fileprivate func fault(_ fault: ValueFault, of cell: Cell) -> NotebookFault {
    NotebookFault(
      kind: Interruption.signal.map { .interrupted($0) } ?? .cell, document: name,
      line: cell.lines.lowerBound + 1, message: "\(cell.title) \(fault.message)")
  }
}

/// Runs single cells.
struct CellRunner {
  let settings: NotebookRun.Settings
  let environment: CellEnvironment

  /// - Throws: The failure of the cell, in words.
  func output(of cell: Cell) throws(ValueFault) -> CellOutput {
    let attributes = cell.attributes
    guard let interpreter = Interpreter(language: attributes.language) else {
      throw ValueFault("is in a language that is not run")
    }
    let name = interpreter.takesName ? [attributes.name ?? "cell"] : []
    let seconds = attributes.timeout ?? settings.timeout
    let process = CellProcess(
      command: interpreter.command + [cell.source] + name, environment: environment.variables,
      folder: settings.folder, seconds: seconds)
    let outcome: CellProcess.Outcome
    do { outcome = try process.run() } catch { throw ValueFault("did not run: \(error.message)") }
    let messages = Self.indented(outcome.messages)
    if Interruption.signal != nil { throw ValueFault("was interrupted") }
    switch outcome.end {
    case .exit(attributes.exit): break
    case .exit(let code):
      throw ValueFault("ended with exit code \(code); expected \(attributes.exit)" + messages)
    case .signal(let code): throw ValueFault("was ended by signal \(code)" + messages)
    case .timeout: throw ValueFault("took longer than \(seconds) seconds" + messages)
    case .flood: throw ValueFault("prints more than \(CellProcess.outputLimit) bytes")
    }
    var output = try CellOutput(outcome.output, scratch: environment.scratch)
    for figure in attributes.figures {
      let file = URL(filePath: "\(environment.scratch)/\(figure.path)").resolvingSymlinksInPath()
      // Reading a named pipe would block.
      guard (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true,
        let data = FileManager.default.contents(atPath: file.path)
      else { throw ValueFault("has not written the figure $SCRATCH/\(figure.path)") }
      output.figures.append(Array(data))
    }
    return output
  }

  private static func indented(_ messages: [UInt8]) -> String {
    let lines = DocumentLines(String(decoding: messages, as: UTF8.self)).lines
    return lines.map { "\n  " + $0.text }.joined()
  }
}
