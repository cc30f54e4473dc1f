import _TestSupport
import Foundation
import Testing

/// Runs the program in a folder.
extension Workspace {
  /// A workspace with `w.npy`, 4 x 6 values, and the manifest `m.yaml` of four cells.
  static func sample() throws -> Workspace {
    let work = try Workspace()
    try work.write(TensorBytes.npy(TensorBytes.ramp(24), shape: [4, 6]), to: "w.npy")
    try work.write(manifest, to: "m.yaml")
    return work
  }

  private static let manifest = """
    name: small
    seed: 1
    tensors:
      - file: w.npy
    estimators: [minmax, mse]
    bits: [4, 8]

    """

  /// Runs the program here.
  func run(_ arguments: String...) throws -> RangeLabProgram.Outcome {
    try RangeLabProgram.run(arguments, in: path)
  }

  /// Runs a command line that must fail with one message and no output.
  ///
  /// In it, RESULTS stands for the results of the quickstart, and `empty.csv` is an empty file.
  func expectFailure(
    _ line: String, _ code: Int32, _ message: String,
    location: SourceLocation = #_sourceLocation
  ) throws {
    try write("", to: "empty.csv")
    let results = RangeLabProgram.root + "/results/quickstart"
    let words = line.replacing("RESULTS", with: results).split(separator: " ").map(String.init)
    let run = try RangeLabProgram.run(words, in: path)
    #expect(run.code == code && run.output.isEmpty, sourceLocation: location)
    #expect(run.messages.contains(message), "\(run.messages)", sourceLocation: location)
  }
}

/// Reads JSON as plain dictionaries, so that keys are checked by their text.
func jsonObjects(_ text: String) throws -> [[String: Any]] {
  try #require(
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]],
    "an array of objects")
}
