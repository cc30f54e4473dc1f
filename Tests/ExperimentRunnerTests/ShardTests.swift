import _TestSupport
import ExperimentRunner
import Foundation
import ResultRecords
import TensorIO
import Testing

/// Parts of a plan, and their assembly.
@Suite struct ShardTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  // 3 tensors of three sizes with 2 x 3 x 2 cells each, of which two combinations are excluded.
  private static let manifest = """
    name: parts
    tensors:
      - {synthetic: {distribution: gaussian, shape: [6, 8]}}
      - {synthetic: {distribution: gaussian, shape: [16, 64]}}
      - {synthetic: {distribution: laplace, shape: [4, 4096]}}
    estimators: [minmax, percentile, mse]
    bits: [4, 8]
    granularities: [tensor, channel:0]
    exclude: [{tensor: 'laplace*', estimator: percentile, granularity: 'channel:0'}]

    """
  private static let cells = 34

  private func plan(
    _ output: String = "out", _ part: PartRequest? = nil, sources: [String] = [],
    failures: Bool = false, manifest: String = ShardTests.manifest
  ) throws -> ExperimentPlan {
    try ExperimentPlan(
      folder.load(manifest), outputDirectory: folder.path + "/" + output, part: part,
      sources: sources.map { folder.path + "/" + $0 }, includesFailures: failures)
  }

  private func run(_ plan: ExperimentPlan) throws -> FinishedExperiment {
    try ExperimentRun(plan, jobs: 2).run { _ in }
  }

  private func segments(_ output: String = "out") -> [String] {
    let path = folder.path + "/\(output)/.segments"
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { $0.hasSuffix(".segment") }.sorted()
  }

  private func profiles(_ experiment: FinishedExperiment) throws -> [String] {
    experiment.profiles.map(\.tensor)
  }

  @Test(
    "every cell is in one shard, whatever their number, also where an item is cut",
    arguments: [1, 2, 3, 7, 34, 50])
  func covers(_ count: Int) throws {
    let whole = try plan().cells.map { "\($0.key)" }
    #expect(whole.count == Self.cells)
    let parts = try (1...count).map { index in
      try plan("out", .shard(index: index, count: count)).cells.map { "\($0.key)" }
    }
    #expect(parts.flatMap(\.self).sorted() == whole.sorted())
    // Two thirds of the time is one item, which is cut where a shard would be no more than half.
    let dear = parts.filter { $0.contains { $0.contains("laplace") && $0.contains("channel") } }
    #expect(count < 3 || dear.count > 1)
    for part in parts {
      #expect(part == whole.filter(Set(part).contains), "cells stay in the order of the plan")
    }
  }

  @Test("the cut is the same whatever is stored, and a shard finds what it has computed itself")
  func frozen() throws {
    let before = try (1...3).map { try plan("out", .shard(index: $0, count: 3)).cells.map(\.key) }
    _ = try run(plan("out", .shard(index: 2, count: 3)))
    let after = try (1...3).map { try plan("out", .shard(index: $0, count: 3)) }
    #expect(after.map { $0.cells.map(\.key) } == before)
    #expect(after[1].cells.allSatisfy(after[1].isFinished))
    #expect(try run(after[1]).computed == 0)
    #expect(segments().count == 1, "nothing new, no new segment")
  }

  @Test("shards in any order, in one folder or in several, are assembled to the bytes of one run")
  func assembles() throws {
    let right = try run(plan("whole"))
    for index in [3, 1, 4, 2, 3] {
      _ = try run(plan("one", .shard(index: index, count: 4)))
      _ = try run(plan("of\(index % 2)", .shard(index: index, count: 4)))
    }
    for (output, sources) in [("one", []), ("empty", ["of0", "of1"]), ("of0", ["of1"])] {
      let assembly = Assembly(try plan(output, sources: sources, failures: true))
      #expect(assembly.missing == [])
      let found = assembly.finished()
      #expect(ResultTable.text(found.records) == ResultTable.text(right.records))
      #expect(found.profiles == right.profiles && found.profiles.count == 3)
    }
    #expect(segments("empty").isEmpty)
  }

  @Test("what is missing is listed: cells and profiles")
  func missing() throws {
    let parts = try (1...4).map { try plan("out", .shard(index: $0, count: 4)) }
    for part in parts.dropFirst() { _ = try run(part) }
    let missing = Assembly(try plan(failures: true)).missing
    #expect(missing.filter { $0.hasPrefix("cell ") } == parts[0].cells.map { "cell \($0.key)" })
    _ = try run(parts[0])
    #expect(Assembly(try plan(failures: true)).missing == [])
  }

  @Test("cells that fail in a shard are failures in the tables, and are tried again by a run")
  func failures() throws {
    try folder.write(TensorBytes.npy([1, .nan], shape: [2]), to: "bad.npy")
    let lines = Self.manifest.split(separator: "\n").filter { !$0.hasPrefix("exclude") }
    let manifest = lines.joined(separator: "\n")
      .replacing("tensors:\n", with: "tensors:\n  - {file: bad.npy}\n")
      .replacing("granularities: [tensor, channel:0]", with: "granularities: [tensor]")
    let right = try run(plan("whole", manifest: manifest))
    #expect(right.failures == 6)
    for index in 1...2 {
      _ = try run(plan("out", .shard(index: index, count: 2), manifest: manifest))
    }
    let assembly = Assembly(try plan("out", failures: true, manifest: manifest))
    #expect(assembly.missing == [])
    let found = assembly.finished()
    #expect(ResultTable.text(found.records) == ResultTable.text(right.records))
    #expect(try profiles(found) == profiles(right))
    #expect(try run(plan("out", manifest: manifest)).computed == 6)
  }

  @Test("a run merges many segments into one, but not one whose writer lives, nor one of elsewhere")
  func merges() throws {
    for index in 1...9 { _ = try run(plan("out", .shard(index: index, count: 9))) }
    #expect(segments().count == 9)
    let names = segments()
    let elsewhere = names[1].split(separator: "-").map(String.init)
    let moved = (elsewhere[0...1] + ["another"] + elsewhere[3...]).joined(separator: "-")
    let shelf = folder.path + "/out/.segments/"
    try FileManager.default.moveItem(atPath: shelf + names[1], toPath: shelf + moved)
    let alive = open(shelf + names[0], O_RDONLY)
    #expect(alive >= 0 && flock(alive, LOCK_EX | LOCK_NB) == 0)
    #expect(try run(plan()).computed == 0)
    #expect(segments().count == 9, "seven are not many")
    let extra = shelf + names[3].replacing(".segment", with: "0.segment")
    try FileManager.default.copyItem(atPath: shelf + names[3], toPath: extra)
    func stored() throws -> Set<String> {
      let lines = try segments().flatMap {
        try String(contentsOfFile: shelf + $0, encoding: .utf8).split(separator: "\n")
      }
      return Set(lines.map(String.init))
    }
    let before = try stored()
    #expect(before.count == Self.cells + 3 + 1, "cells, profiles, and one machine")
    #expect(try run(plan()).computed == 0)
    #expect(try stored() == before)
    let left = segments()
    #expect(left.count == 3 && left.contains(names[0]) && left.contains(moved))
    #expect(try run(plan()).computed == 0, "no line is lost")
    let merged = try #require(left.first { $0.contains("-merged-") })
    let lines = try String(contentsOfFile: shelf + merged, encoding: .utf8).split(separator: "\n")
    #expect(Set(lines).count == lines.count, "the copied segment is not kept twice")
    close(alive)
  }

  @Test("a shard does not open the segments of others where these are large")
  func readsLittle() throws {
    _ = try run(plan())
    let shelf = folder.path + "/out/.segments/"
    let first = try plan("out", .shard(index: 1, count: 2))
    #expect(first.cells.allSatisfy(first.isFinished), "little is read whole")
    let file = try #require(FileHandle(forWritingAtPath: shelf + segments()[0]))
    try file.truncate(atOffset: 17 << 20)
    let again = try plan("out", .shard(index: 1, count: 2))
    #expect(!again.cells.contains(where: again.isFinished))
    #expect(try run(again).computed == again.cells.count)
    let last = try plan("out", .shard(index: 1, count: 2))
    #expect(last.cells.allSatisfy(last.isFinished), "its own is read whatever the size")
  }
}
