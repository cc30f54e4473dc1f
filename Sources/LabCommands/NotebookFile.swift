internal import ArgumentParser
internal import Foundation
internal import Notebooks
internal import TensorIO

/// A notebook on the disk.
struct NotebookFile {
  /// The path as it was given.
  let path: String
  let notebook: Notebook
  private let folder: String

  /// More than any document or figure has.
  private static let maximumBytes = 1 << 26

  init(_ path: String) throws {
    let text = try readRegularTextFile(path, limit: Self.maximumBytes)
    self.path = path
    notebook = try Notebook(text, name: path)
    folder = URL(filePath: path).deletingLastPathComponent().path
  }

  /// Does something with each file, a failure keeping none from its turn; ends with the exit code
  /// of the first failure, or else of the first finding.
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

  /// Runs the cells with this very program.
  func run(_ timeout: Double, keepsGoing: Bool = false) throws -> NotebookRun {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var settings = NotebookRun.Settings(executable: program, folder: folder, timeout: timeout)
    settings.keepsGoing = keepsGoing
    return try NotebookRun(notebook, settings)
  }

  /// Writes what has changed, figures first, and returns how many files that were.
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

  /// What a run has found to be different: a patch, and a line for each figure.
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

  /// Takes away outputs and the figures they show.
  func clean() throws {
    if notebook.cleaned != notebook.text { try writeAtomically(notebook.cleaned, to: path) }
    for figure in notebook.figurePaths where contents(figure) != nil {
      try FileManager.default.removeItem(atPath: folder + "/" + figure)
    }
  }

  /// The bytes of a figure; nothing where there is none.
  private func contents(_ path: String) -> [UInt8]? {
    try? readRegularFile(folder + "/" + path, limit: Self.maximumBytes)
  }
}
