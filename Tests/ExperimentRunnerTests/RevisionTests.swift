import ExperimentRunner
import Foundation
import QuantizationCore
import RangeEstimation
import ResultRecords
import TensorIO
import TensorSources
import Testing

/// Numbers that change must have a new revision, for kept cells are used again as long as it is the
/// same.
///
/// `Tests/Golden/revisions.txt` has a line for each part of the program that makes numbers: its name,
/// its revision, and the digest of its answers on some tensors. Where a digest differs, raise the
/// revision where the message says and record the new line, which keeps those of earlier revisions:
///
///     RANGELAB_RECORD_REVISIONS=1 swift test --filter RevisionTests
@Suite struct RevisionTests {
  /// A part of the program that makes numbers: its name, its revision, where the source declares the
  /// revision, and the numbers as text.
  private struct RevisedPart {
    let name: String
    let revision: Int
    let place: String
    let answers: String
  }

  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden").path
  private static let path = folder + "/revisions.txt"

  @Test("every part of the program answers as its revision did when it was recorded")
  func answers() throws {
    var lines = try String(contentsOfFile: Self.path, encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let isRecording = ProcessInfo.processInfo.environment["RANGELAB_RECORD_REVISIONS"] == "1"
    for part in try rules() + [shared(), profiles(), generator()] {
      let title = "\(part.name) \(part.revision) "
      let line = title + ContentHash.of(part.answers).prefix(16)
      if let recorded = lines.first(where: { $0.hasPrefix(title) }) {
        #expect(
          recorded == line,
          "numbers of '\(part.name)' have changed: raise \(part.place) to \(part.revision + 1), and record"
        )
      } else if isRecording {
        lines.append(line)
      } else {
        Issue.record("revision \(part.revision) of '\(part.name)' has no line: record it")
      }
    }
    if isRecording {
      try (lines.sorted().joined(separator: "\n") + "\n")
        .write(toFile: Self.path, atomically: true, encoding: .utf8)
    }
  }

  /// Few, so that tests without optimization take seconds: every family, and a wide grid of one.
  private static let grids =
    [3].compactMap { BitWidth($0) }.flatMap { bits in
      GridFamily.integers.map { CodeGrid($0, bits: bits) }
    } + [6].compactMap { BitWidth($0) }.map { CodeGrid(GridFamily.integers[0], bits: $0) }

  private struct Subject {
    let name: String
    var granularity = Granularity.tensor
    var batches = 1
    var nonFinite = NonFinitePolicy.error

    func evaluation() throws -> (Evaluation, shape: [Int]) {
      let path = "\(RevisionTests.folder)/\(name).npy"
      let shape = try TensorFile.open(path)[0].shape
      let layout = try BatchLayout(cutting: shape, into: batches)
      let tensor = try TensorBatches(files: [path], layout, granularity, nonFinite: nonFinite)
      return (Evaluation(tensor), shape)
    }
  }

  private static let subjects = [
    Subject(name: "gauss_1e3"), Subject(name: "laplace_1e3", batches: 4),
    Subject(name: "single_neg"),
  ]

  /// The quantizers that each rule chooses, or why there is none.
  private func rules() throws -> [RevisedPart] {
    var evaluations = try Self.subjects.map { try $0.evaluation().0 }
    return try EstimatorRegistry.builtIn.descriptors.map { descriptor in
      let rule = try EstimatorRegistry.builtIn.make(descriptor.identifier)
      var answers = rule.name
      for index in evaluations.indices {
        for grid in Self.grids {
          do {
            let chosen = try evaluations[index].parameters(of: rule.estimator, on: grid)
            answers += chosen.map { " \($0.scale) \($0.zeroPoint) \($0.condition)" }.joined()
          } catch {
            answers += " \(error)"
          }
        }
      }
      return RevisedPart(
        name: "rule \(descriptor.identifier)", revision: descriptor.revision,
        place: "'revision' in its descriptor", answers: answers)
    }
  }

  /// The records of a rule that looks at extrema only, with their optima.
  private func shared() throws -> RevisedPart {
    let rule = try EstimatorRegistry.builtIn.make("minmax")
    let subjects =
      Self.subjects + [
        Subject(name: "nan_1e3", nonFinite: .skip),
        Subject(name: "w_edge_16x144", granularity: .channel(axis: 0)),
      ]
    let rows = try subjects.flatMap { subject in
      var work = CellWork(try subject.evaluation().0)
      let requests = Self.grids.map { grid in
        CellRequest(
          rule,
          ResultRecord.Key(
            tensor: subject.name, estimator: rule.name, grid: grid,
            granularity: subject.granularity))
      }
      return try work.outcomes(of: requests).map { ResultTable.line($0.record) }
    }
    return RevisedPart(
      name: "shared", revision: NumericsRevision.shared, place: "NumericsRevision.shared",
      answers: rows.joined(separator: "\n"))
  }

  private func profiles() throws -> RevisedPart {
    let lines = try Self.subjects.filter { $0.granularity == .tensor }.map { subject in
      var (evaluation, shape) = try subject.evaluation()
      let profile = try TensorProfile(
        measuring: &evaluation, tensor: subject.name, shape: shape, on: Self.grids)
      return try TensorProfileFile.line(try #require(profile))
    }
    return RevisedPart(
      name: "profiles", revision: NumericsRevision.profiles, place: "NumericsRevision.profiles",
      answers: lines.joined(separator: "\n"))
  }

  /// A tensor of each family, and one with everything that can be put upon it.
  private func generator() throws -> RevisedPart {
    var tensors = try SyntheticTensor.families.map {
      try SyntheticTensor.make(identifier: $0.identifier, shape: [8, 12])
    }
    tensors.append(
      try SyntheticTensor(
        family: .gaussian, shape: [8, 12],
        outliers: SyntheticTensor.Outliers(fraction: 0.1, scale: 20),
        outlierChannels: SyntheticTensor.OutlierChannels(count: 2, scale: 10),
        hugeOutlier: 1000, index: 3))
    let values = try tensors.map { try $0.generate(seed: 7).values.map { "\($0)" } }
    return RevisedPart(
      name: "generator", revision: SyntheticTensor.revision, place: "SyntheticTensor.revision",
      answers: values.joined().joined(separator: " "))
  }
}
