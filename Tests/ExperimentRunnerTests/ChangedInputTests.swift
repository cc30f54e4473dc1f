import _TestSupport
import ExperimentRunner
import Foundation
import RangeEstimation
import ResultRecords
import TensorIO
import Testing

/// Inputs that are replaced or edited while a run is under way: nothing of the new contents may stand
/// under the hash of the old.
@Suite struct ChangedInputTests {
  let folder: Workspace
  private let original: [Float] = (0..<600).map { Float($0 * 37 % 101) / 50 - 1 }

  init() throws { folder = try Workspace() }

  private static let manifest = """
    name: changed
    tensors: [{file: x.npy}, {file: link.npy, name: link, batches: 3}, {batches: [x.npy, y.npy], name: seq}]
    estimators: [minmax, mse, percentile]
    bits: [4, 8]
    granularities: [tensor, channel:1]

    """

  /// What may happen to `x.npy`, which `link.npy` leads to.
  enum Change: CaseIterable {
    case edited, editedWithTimeRestored, replaced, truncated, emptied, appended, removed, linked
    case folder, pipe, reshaped, text
  }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  private func write(_ values: [Float], _ name: String = "x.npy") throws {
    try? FileManager.default.removeItem(atPath: path(name))
    try NPYWriter.write(values, shape: [values.count / 6, 6], to: path(name))
  }

  private func restore() throws {
    try write(original)
    try write(original.map { $0 * 2 }, "y.npy")
    try? FileManager.default.removeItem(atPath: path("link.npy"))
    try FileManager.default.createSymbolicLink(
      atPath: path("link.npy"), withDestinationPath: "x.npy")
  }

  private func make(_ change: Change) throws {
    let file = path("x.npy")
    var data = try Data(contentsOf: URL(filePath: file))
    let other = original.map { $0 * 3 }
    switch change {
    case .edited, .editedWithTimeRestored:
      let times = try FileManager.default.attributesOfItem(atPath: file)
      data[data.count - 2] ^= 0x20
      let handle = try #require(FileHandle(forWritingAtPath: file))
      try handle.write(contentsOf: data)
      try handle.close()
      guard change == .editedWithTimeRestored else { return }
      try FileManager.default.setAttributes(
        [.modificationDate: try #require(times[.modificationDate])], ofItemAtPath: file)
    case .replaced: try write(other)
    case .truncated: try data.dropLast(40).write(to: URL(filePath: file))
    case .emptied: try Data().write(to: URL(filePath: file))
    case .appended: try (data + [1, 2, 3, 4]).write(to: URL(filePath: file))
    case .removed: try FileManager.default.removeItem(atPath: file)
    case .linked:
      try write(other, "other.npy")
      for name in ["x.npy", "link.npy"] {
        try FileManager.default.removeItem(atPath: path(name))
        try FileManager.default.createSymbolicLink(
          atPath: path(name), withDestinationPath: "other.npy")
      }
    case .folder:
      try FileManager.default.removeItem(atPath: file)
      try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
    case .pipe:
      try FileManager.default.removeItem(atPath: file)
      #expect(mkfifo(file, 0o600) == 0)
    case .reshaped: try NPYWriter.write(Array(other.dropLast(60)), shape: [90, 6], to: file)
    case .text: try Data("1 2\n3 4\n".utf8).write(to: URL(filePath: file))
    }
  }

  private func plan(_ output: String = "out") throws -> ExperimentPlan {
    try ExperimentPlan(folder.load(Self.manifest), outputDirectory: path(output))
  }

  private func table(_ experiment: FinishedExperiment) -> String {
    ResultTable.text(experiment.records)
  }

  /// The stored lines of finished results; failed cells, and the machine, are only noted.
  private func kept() -> [String] {
    let shelf = path("out/.segments")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: shelf)) ?? []
    return names.flatMap {
      (try? String(contentsOfFile: shelf + "/" + $0, encoding: .utf8))?.split(separator: "\n") ?? []
    }.map(String.init).filter { !$0.contains(" failed ") && !$0.contains(" machine ") }
  }

  @Test("before it is read: every cell of it fails, nothing is kept", arguments: Change.allCases)
  func beforeReading(_ change: Change) throws {
    try restore()
    let right = table(try ExperimentRun(plan("reference"), jobs: 1).run { _ in })
    let planned = try plan()
    try make(change)
    let run = try ExperimentRun(planned, jobs: 2).run { _ in }
    #expect(run.failures == 36 && run.profiles.isEmpty)
    for record in run.records {
      #expect("\(record.status)".contains("changed while the run was under way"), "\(record)")
    }
    #expect(kept().isEmpty)
    try? FileManager.default.removeItem(atPath: path("x.npy"))
    try restore()
    #expect(table(try ExperimentRun(plan(), jobs: 2).run { _ in }) == right)
  }

  @Test("between two readings: what was read before stands", arguments: Change.allCases)
  func betweenReadings(_ change: Change) throws {
    try restore()
    let reference = try ExperimentRun(plan("reference"), jobs: 1).run { _ in }
    let right = table(reference)
    let planned = try plan()
    let run = try ExperimentRun(planned, jobs: 1).run { progress in
      if progress.done == 1 { #expect(throws: Never.self) { try make(change) } }
    }
    #expect(run.failures > 20, "\(run.failures)")
    // Profiles are measured along with the first cells of a tensor.
    #expect(run.profiles.allSatisfy(reference.profiles.contains))
    let rows = Set(right.split(separator: "\n"))
    for record in run.records where record.isMeasured {
      #expect(rows.contains(Substring(ResultTable.line(record))))
    }
    try? FileManager.default.removeItem(atPath: path("x.npy"))
    try restore()
    #expect(table(try ExperimentRun(plan(), jobs: 1).run { _ in }) == right)
  }

  @Test("while it is read, of any age", arguments: [0.0, 2], Change.allCases)
  func whileReading(settling: Double, change: Change) throws {
    try restore()
    let file = try HashedFile(path: path("x.npy"), secondsToSettle: settling)
    let input = TensorInput(path("x.npy"), shape: [100, 6], contents: file)
    #expect(try input.read { try $0.load(nonFinite: .error).values } == original)
    #expect(throws: TensorFileError.self) {
      try input.read { tensor in
        try make(change)
        return try tensor.load(nonFinite: .error)
      }
    }
    #expect(throws: TensorFileError.self) { try input.read { _ in } }
  }

  @Test("the same contents in another file are the same input")
  func sameContents() throws {
    try restore()
    let right = table(try ExperimentRun(plan("reference"), jobs: 1).run { _ in })
    let run = try ExperimentRun(plan(), jobs: 1).run { progress in
      if progress.done % 5 == 1 { #expect(throws: Never.self) { try write(original) } }
    }
    #expect(table(run) == right && run.failures == 0 && run.profiles.count == 3)
  }

  @Test("a shape that was read before the hash is not taken for that of the contents")
  func changedBeforeHashing() throws {
    try restore()
    let manifest = try folder.load(Self.manifest)
    try NPYWriter.write(Array(original.dropLast(60)), shape: [90, 6], to: path("x.npy"))
    let planned = try ExperimentPlan(manifest, outputDirectory: path("out"))
    let run = try ExperimentRun(planned, jobs: 1).run { _ in }
    #expect(run.failures == 36 && kept().isEmpty)
  }
}
