internal import Foundation
internal import ResultAnalysis

/// A file of results named on the command line.
struct ResultsInput {
  /// The path of the file.
  let path: String
  /// Its bytes as text.
  let text: String
  /// What it says.
  let file: ResultFile

  /// Reads a file, or the `results.csv` of a folder.
  ///
  /// - Throws: `LabFailure`: exit code 66 where there is nothing, 65 for what cannot be read.
  init(_ argument: String) throws {
    path = Self.path(argument)
    guard FileManager.default.fileExists(atPath: path) else {
      throw LabFailure("error: \(path): cannot be opened: no such file", .missingInput)
    }
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(data: data, encoding: .utf8)
    else { throw LabFailure("error: \(path): cannot be read as UTF-8", .badInput) }
    self.text = text
    do {
      file = try ResultFile(text)
    } catch {
      throw LabFailure("error: \(path): \(error.description)", .badInput)
    }
  }

  /// The file itself, or the `results.csv` of a folder.
  private static func path(_ argument: String) -> String {
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: argument, isDirectory: &isDirectory)
    guard exists, isDirectory.boolValue else { return argument }
    return argument.hasSuffix("/") ? "\(argument)results.csv" : "\(argument)/results.csv"
  }
}
