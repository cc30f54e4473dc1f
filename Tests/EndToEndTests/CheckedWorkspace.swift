import _TestSupport
import Testing

/// What tests of `rangelab check` and `rangelab baseline` start from.
extension Workspace {
  /// A workspace with the results of four cells and a baseline that is the same.
  static func checked() throws -> Workspace {
    let work = try Workspace.sample()
    try #require(try work.run("run", "m.yaml", "-o", "out").code == 0)
    try work.write(try work.text("out/results.csv"), to: "base.csv")
    return work
  }

  /// The rows of the baseline, the header first, split at commas: none of these is quoted.
  func rows() throws -> [[String]] {
    try text("base.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  func write(_ rows: [[String]], to name: String) throws {
    try write(rows.map { $0.joined(separator: ",") + "\n" }.joined(), to: name)
  }

  /// The rows with the error of one estimator made worse: all of it is clipping.
  func worsened(_ estimator: String) throws -> [[String]] {
    try rows().map { row in
      guard row[2] == estimator, let mse = Double(row[12]), let rounding = Double(row[14]) else {
        return row
      }
      var row = row
      row[13] = "\(2 * mse - rounding)"
      row[12] = "\((2 * mse - rounding) + rounding)"
      return row
    }
  }
}
