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

  /// Runs a command line that must succeed.
  @discardableResult
  func succeed(
    _ line: String, location: SourceLocation = #_sourceLocation
  ) throws -> RangeLabProgram.Outcome {
    let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: path)
    #expect(run.code == 0, "\(line): \(run.messages)", sourceLocation: location)
    return run
  }

  /// A workspace with networks of the project, and in `d.npz` random images for `fashion`, of the classes
  /// in turn.
  static func networks(
    _ names: String..., images count: Int, seed: UInt64
  ) throws -> Workspace {
    let work = try Workspace()
    var numbers = SplitMix(seed: seed)
    let images = TensorBytes.npy(numbers.floats(count * 784), shape: [count, 1, 28, 28])
    let labels = TensorBytes.npy("|u1", [count], (0..<count).map { UInt8($0 % 10) })
    try work.write(TensorBytes.npz(members: [("image", images), ("labels", labels)]), to: "d.npz")
    for name in names {
      try FileManager.default.createSymbolicLink(
        atPath: work.path("\(name).onnx"), withDestinationPath: NetworkFiles.model(name))
    }
    return work
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

/// Reads JSON as a plain dictionary.
func jsonObject(_ text: String) throws -> [String: Any] {
  try #require(
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "an object")
}

/// Reads JSON as plain dictionaries, so that keys are checked by their text.
func jsonObjects(_ text: String) throws -> [[String: Any]] {
  try #require(
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]],
    "an array of objects")
}
