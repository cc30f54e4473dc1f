internal import ArgumentParser
internal import Foundation
internal import Notebooks
internal import TensorIO

/// A notebook in a file.
struct NotebookFile {
  /// The path as it was given.
  let path: String
  let notebook: Notebook
  private let folder: String

  /// The greatest size of a document or a figure.
  private static let maximumBytes = 1 << 26

  init(_ path: String) throws {
    let text = try readRegularTextFile(path, limit: Self.maximumBytes)
    self.path = path
    notebook = try Notebook(text, name: path)
    folder = URL(filePath: path).deletingLastPathComponent().path
  }

  /// Processes each file, also after a failure.
  ///
  /// It ends with the exit code of the first failure or, without one, of the first fault.
  static func each(_ paths: [String], _ body: (NotebookFile) throws -> LabExit?) throws {
    var (failure, finding): (LabExit?, LabExit?) = (nil, nil)
    for path in paths {
      do {
        let found = try body(NotebookFile(path))
        finding = finding ?? found
      } catch let fault as NotebookFault {
        StandardError.say(fault.description)
        if case .interrupted(let signal) = fault.kind { throw ExitCode(128 + signal) }
        failure = failure ?? (fault.kind == .document ? .badInput : .cellsFailed)
      } catch {
        let described = LabFailure(error)
        StandardError.say(described.message)
        failure = failure ?? described.exit
      }
    }
    if let exit = failure ?? finding { throw ExitCode(exit.rawValue) }
  }

  /// Runs the cells; `rangelab` in a cell is this program.
  func run(_ timeout: Double, keepsGoing: Bool = false) throws -> NotebookRun {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var settings = NotebookRun.Settings(executable: program, folder: folder, timeout: timeout)
    settings.keepsGoing = keepsGoing
    return try NotebookRun(notebook, settings)
  }

  /// Writes what has changed, figures first, and returns the number of files written.
  func write(_ run: NotebookRun) throws -> Int {
    let changed = run.figures.filter { contents($0.path) != $0.bytes }
    for figure in changed {
      let target = URL(filePath: folder + "/" + figure.path)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try writeAtomically(figure.bytes, to: target.path)
    }
    guard run.text != notebook.text else { return changed.count }
    try writeAtomically(run.text, to: path)
    return changed.count + 1
  }

  /// The difference that a run has found: a patch, and a line for each figure.
  func difference(from run: NotebookRun) -> String {
    let patch = UnifiedDiff(
      from: (path, notebook.text), to: (path + " (run now)", run.text))
    let figures = run.figures.compactMap { figure in
      switch contents(figure.path) {
      case figure.bytes: nil as String?
      case nil: "\(path): the figure \(figure.path) is missing\n"
      default: "\(path): the figure \(figure.path) is not what its cell draws now\n"
      }
    }
    return patch.text + figures.joined()
  }

  /// Removes outputs and the figures that belong to them.
  func clean() throws {
    if notebook.cleaned != notebook.text { try writeAtomically(notebook.cleaned, to: path) }
    for figure in notebook.figurePaths where contents(figure) != nil {
      try FileManager.default.removeItem(atPath: folder + "/" + figure)
    }
  }

  /// The bytes of a figure; nil if there is none.
  private func contents(_ path: String) -> [UInt8]? {
    try? readRegularFile(folder + "/" + path, limit: Self.maximumBytes)
  }
}
