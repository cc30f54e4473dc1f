import _TestSupport
import ExperimentRunner
import Foundation
import QuantizationCore
import RangeEstimation
import ResultRecords
import TensorIO
import Testing

/// Sequences of batches that differ in shape, and tensors of which nothing can be read.
@Suite struct UnevenBatchTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  private func write(_ name: String, _ shape: [Int], from start: Int = 0) throws {
    let values = (0..<shape.reduce(1, *)).map { Float(($0 + start) * 37 % 101) / 20 - 2 }
    try NPYWriter.write(values, shape: shape, to: folder.path + "/" + name)
  }

  private func fault(_ granularity: String) throws -> String {
    let text = Lines.with(
      [3: "  - {batches: [a.npy, b.npy], name: x}", 7: "granularities: ['\(granularity)']"])
    return try folder.faults(text).split(separator: "\n").first.map(String.init) ?? ""
  }

  @Test("one range takes batches of any shapes, channels those that agree in the axis")
  func lanes() throws {
    for (first, second, allowed, refused) in [
      ([1, 7, 8], [1, 12, 8], ["tensor", "channel:0", "channel:2"], ["channel:1", "group:4"]),
      ([4, 6], [4, 5], ["tensor", "channel:0"], ["channel:1", "group:2"]),
      ([3, 8], [8], ["tensor"], ["channel:0", "group:8"]),
      ([8, 3], [8], ["tensor"], ["channel:0"]),
      ([], [2, 2], ["tensor"], ["channel:0", "group:1"]),
      ([2, 3, 4], [3, 2, 4], ["tensor", "channel:2"], ["channel:0", "group:4"]),
      ([2, 3], [2, 3], ["tensor", "channel:0", "channel:1", "group:2"], []),
    ] {
      try write("a.npy", first)
      try write("b.npy", second)
      for granularity in allowed { #expect(try fault(granularity) == "", "\(first) \(second)") }
      for granularity in refused {
        let fault = try fault(granularity)
        #expect(fault.hasPrefix("m.yaml:7:17: error: tensor 'x'"), "\(first) \(second) \(fault)")
      }
    }
  }

  @Test("sequences of lengths are run and profiled as the values they have")
  func sequenceLengths() throws {
    try write("a.npy", [1, 7, 8])
    try write("b.npy", [1, 12, 8], from: 56)
    try write("flat.npy", [152])
    let manifest = try folder.load(
      """
      name: s
      tensors: [{batches: [a.npy, b.npy], name: x}, {file: flat.npy}]
      estimators: [minmax, mse, percentile]
      bits: [4, 8]
      """)
    let plan = try ExperimentPlan(manifest, outputDirectory: folder.path + "/out")
    let run = try ExperimentRun(plan, jobs: 1).run { _ in }
    let rows = run.records.map {
      ($0.key.subject.description, $0.elements, $0.parameters, $0.status)
    }
    #expect(rows.count == 12 && rows.allSatisfy { $0.1 == 152 && $0.3 == .ok })
    #expect(rows.prefix(6).map(\.2) == rows.suffix(6).map(\.2))
    #expect(run.profiles.map(\.shape) == [[152], [152]])
    #expect(run.profiles[0].histogram == run.profiles[1].histogram)
  }

  @Test("a softmax is taken over the rows of its own batch")
  func rows() throws {
    try write("a.npy", [2, 3, 3])
    try write("b.npy", [2, 5, 5], from: 9)
    let bits = try #require(BitWidth(4))
    let grid = CodeGrid(.affineUnsigned, bits: bits)
    func logits(_ files: [(String, [Int])]) throws -> LogitStatistics {
      let batches = try TensorBatches(
        files: files.map { folder.path + "/" + $0.0 },
        try BatchLayout(sequence: files.map(\.1)), .tensor, nonFinite: .error)
      var statistics = LogitStatistics(shape: batches.lanes[0].shape(ofLane: 0))
      for lanes in batches.lanes {
        statistics.beginBatch(shape: lanes.shape(ofLane: 0))
        try lanes.forEachSpan { statistics.observe($1) }
      }
      statistics.seal()
      return statistics
    }
    let parameters = QuantizationParameters(covering: ClippingRange(-2, 3), on: grid)
    func cost(_ files: [(String, [Int])]) throws -> Double {
      try logits(files).crossEntropy(with: parameters)
    }
    let (a, b) = (("a.npy", [2, 3, 3]), ("b.npy", [2, 5, 5]))
    let both = try cost([a, b])
    // Six rows of three and ten of five, each row counted once.
    let apart = (try cost([a]) * 6 + cost([b]) * 10) / 16
    #expect(abs(both - apart) < 1e-12 * apart)
    let reversed = try cost([b, a])
    #expect(abs(reversed - apart) < 1e-12 * apart)
    var merged = try logits([a])
    merged = try {
      var left = LogitStatistics(shape: LaneShape(count: 18, rowLength: 3))
      var right = LogitStatistics(shape: LaneShape(count: 50, rowLength: 5))
      for (name, isLeft) in [("a.npy", true), ("b.npy", false)] {
        let tensor = try TensorFile.open(folder.path + "/" + name)[0].load(nonFinite: .error)
        if isLeft { left.observe(tensor.values.span) } else { right.observe(tensor.values.span) }
      }
      left.merge(right)
      left.seal()
      return left
    }()
    #expect(merged.crossEntropy(with: parameters) == both)
  }

  @Test("an empty tensor fails its cells only; excluded, it is not there")
  func empty() throws {
    try write("w.npy", [4, 6])
    try write("e.npy", [4, 0])
    try write("f.npy", [0, 6])
    let tensors = """
      name: s
      tensors:
        - file: "[efw].npy"
        - {file: "[efw].npy", name: cut, batches: 2}
        - {batches: [w.npy, f.npy], name: s}
      estimators: [minmax]
      bits: 8
      granularities: [tensor, channel:1, group:2]
      exclude:
        - {tensor: s, granularity: group}

      """
    let plan = try ExperimentPlan(folder.load(tensors), outputDirectory: folder.path + "/out")
    let run = try ExperimentRun(plan, jobs: 1).run { _ in }
    for record in run.records {
      let name = record.key.subject.description
      if name.hasSuffix("w") {
        #expect(record.status == .ok, "\(record)")
      } else {
        #expect(
          "\(record.status)".hasPrefix(
            "failed: \(name.hasSuffix("e") ? "e" : "f").npy: empty tensor: shape"),
          "\(record)")
      }
    }
    #expect(run.records.count == 20 && run.failures == 14)
    #expect(run.profiles.map(\.tensor) == ["cut/w", "w"])
    let excluding = tensors + "  - {tensor: ['*e', '*f', s]}\n"
    let rest = try ExperimentPlan(folder.load(excluding), outputDirectory: folder.path + "/out")
    #expect(try ExperimentRun(rest, jobs: 1).run { _ in }.failures == 0)
    #expect(rest.cells.count == 6)
  }

  @Test("a file that cannot be used is an error of the manifest, unless it is excluded by name")
  func badFiles() throws {
    try write("w.npy", [4, 6])
    try folder.write(Array("junk".utf8), to: "d/bad.npy")
    try folder.write(Array("junk".utf8), to: "d/bad.safetensors")
    try write("d/good.npy", [2])
    let text = Lines.with([3: "  - file: d/*\n  - {batches: [w.npy, none.npy], name: s}"])
    let faults = try folder.faults(text)
    #expect(faults.components(separatedBy: "cannot use the tensor file").count == 4, "\(faults)")
    #expect(try folder.faults(text + "exclude: [{tensor: 'bad*'}]\n").contains("none.npy: cannot"))
    let text2 = text + "exclude: [{tensor: 'd/bad'}, {tensor: [bad, s]}]\n"
    let found = try folder.load(text2)
    let plan = try ExperimentPlan(found, outputDirectory: folder.path + "/out")
    #expect(Set(plan.cells.map(\.key.subject.description)) == ["good"])
    #expect(
      try folder.faults(text2.replacing("'d/bad'", with: "'d/bad', bits: 4"))
        .contains("cannot use the tensor file"))
  }
}
