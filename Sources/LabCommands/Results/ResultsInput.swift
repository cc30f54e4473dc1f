internal import Foundation
internal import ResultAnalysis
internal import TensorIO

/// A results file that the command line names.
struct ResultsInput {
  /// The path of the file.
  let path: String
  /// The contents as text.
  let text: String
  /// The parsed contents.
  let file: ResultFile

  /// The greatest size that is read: some millions of rows.
  static let maximumBytes = 1 << 30

  /// Reads a file, or the `results.csv` of a folder.
  ///
  /// - Throws: `TensorFileError` if there is no regular file with text; `LabFailure` if it is no
  ///   table of results.
  init(_ argument: String) throws {
    path = Self.path(argument)
    text = try readRegularTextFile(path, limit: Self.maximumBytes)
    do {
      file = try ResultFile(text)
    } catch {
      throw LabFailure("error: \(printable(path)): \(error.description)", .badInput)
    }
  }

  /// The file itself, or the `results.csv` of a folder.
  static func path(_ argument: String) -> String {
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: argument, isDirectory: &isDirectory)
    guard exists, isDirectory.boolValue else { return argument }
    return argument.hasSuffix("/") ? "\(argument)results.csv" : "\(argument)/results.csv"
  }
}
