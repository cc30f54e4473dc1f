import Foundation
import ModelFiles
import NetworkQuantization
import Testing
import _TestSupport

/// Magnitude pruning: exact counts, ties by position, patterns, storage.
@Suite struct PruningTests {
  @Test func `the smallest magnitudes go, the first of equal ones first`() {
    let values: [Float] = [3, -1, 1, 0, -2, 1]
    func kept(_ sparsity: Double) -> [Int] {
      let mask = PruningMask.withoutSmallest(of: [values], sparsity: sparsity)[0]
      return mask.isKept.indices.filter { mask.isKept[$0] }
    }
    #expect(kept(0) == [0, 1, 2, 3, 4, 5])
    #expect(kept(1.0 / 6) == [0, 1, 2, 4, 5])
    #expect(kept(2.0 / 6) == [0, 2, 4, 5])
    #expect(kept(0.5) == [0, 4, 5])
    #expect(kept(4.0 / 6) == [0, 4])
    #expect(kept(1) == [])
    // 0.25 * 6 = 1.5: halves go up.
    #expect(kept(0.25) == [0, 2, 4, 5])
    var pruned = values
    PruningMask.withoutSmallest(of: [values], sparsity: 0.5)[0].apply(to: &pruned)
    #expect(pruned == [3, 0, 0, 0, -2, 1])
    #expect(PruningMask(nonZerosOf: pruned).keptCount == 3)
  }

  @Test func `tensors ranked together lose what is smallest in all`() {
    let masks = PruningMask.withoutSmallest(of: [[1, 2], [], [10, -0.5, 1, 20]], sparsity: 0.5)
    #expect(masks.map(\.isKept) == [[false, true], [], [true, false, false, true]])
    #expect(masks.map(\.sparsity) == [0.5, 0, 0.5])
  }

  @Test(arguments: [0.1, 0.25, 0.5, 0.749, 0.9])
  func `exactly so many go`(sparsity: Double) {
    var numbers = SplitMix(seed: 1)
    // Many ties.
    let values = (0..<1237).map { _ in Float(Int.random(in: -3...3, using: &numbers)) }
    let mask = PruningMask.withoutSmallest(of: [values], sparsity: sparsity)[0]
    #expect(mask.count - mask.keptCount == Int((sparsity * 1237).rounded()))
    let kept = values.indices.filter { mask.isKept[$0] }.map { values[$0].magnitude }.min() ?? 0
    let gone = values.indices.filter { !mask.isKept[$0] }.map { values[$0].magnitude }.max() ?? 0
    #expect(gone <= kept)
  }

  @Test func `two of four are kept along an axis`() throws {
    let pattern = try #require(PruningPattern("2:4"))
    let rows = try #require(
      PruningMask([1, -4, 3, 2, 5, 5, 5, 5], shape: [2, 4], axis: 1, keeping: pattern))
    #expect(rows.isKept == [false, true, true, false, false, false, true, true])
    // The same numbers, column by column.
    let columns = try #require(
      PruningMask([1, 5, -4, 5, 3, 5, 2, 5], shape: [4, 2], axis: 0, keeping: pattern))
    #expect(columns.isKept == [false, false, true, false, true, true, false, true])
    #expect(PruningMask([1, 2, 3], shape: [1, 3], axis: 1, keeping: pattern) == nil)
    for text in ["4:4", "0:4", "2", "2:4:8", "a:b", "2:65", ""] {
      #expect(PruningPattern(text) == nil, "\(text)")
    }
  }

  @Test func `storage counts every bit`() throws {
    // 100 weights in rows of 25, of which 30 are kept.
    let storage = SparseStorage(count: 100, kept: 30, rows: 4)
    #expect(storage.dense(bits: 8) == 100 && storage.dense(bits: 4) == 50)
    #expect(storage.bitmap(bits: 8) == 30 + 13)
    // Places below 25 take 5 bits: 150 bits are 19 bytes.
    #expect(storage.index(bits: 8) == 30 + 19 + 16)
    #expect(storage.pattern(try #require(PruningPattern("2:4")), bits: 8) == 50 + 13)
  }

  @Test func `a model loses weights where they are read and keeps everything else`() throws {
    let nodes = [
      Node("MatMul", name: "one", inputs: ["x", "w"], outputs: ["a"]),
      Node("MatMul", name: "two", inputs: ["a", "v"], outputs: ["b"]),
      Node("Add", name: "add", inputs: ["b", "bias"], outputs: ["y"]),
    ]
    let model = try smallModel(
      nodes,
      [
        ModelTensor(name: "w", shape: [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
        ModelTensor(name: "v", shape: [2, 2], [0.1, 0.2, -0.4, 0.3]),
        ModelTensor(name: "bias", shape: [2], [0.001, 0.001]),
      ])
    let placement = Placement(model, try PlacementChoice())
    func pruned(_ rule: PruningRule) throws -> [String: [Float]] {
      let found = try model.pruned(placement, rule) { _ in [] }
      let read = try Model(bytes: found.model.bytes(), name: "pruned.onnx")
      return Dictionary(
        uniqueKeysWithValues: read.initializers.map { ($0.name, $0.floats ?? []) })
    }
    let apart = try pruned(.tensors(sparsity: 0.5))
    #expect(apart["w"] == [0, 0, 0, 0, 5, 6, 7, 8] && apart["v"] == [0, 0, -0.4, 0.3])
    #expect(apart["bias"] == [0.001, 0.001])
    let together = try pruned(.model(sparsity: 0.5))
    #expect(together["w"] == [0, 0, 3, 4, 5, 6, 7, 8] && together["v"] == [0, 0, 0, 0])
    let pattern = PruningRule.pattern(try #require(PruningPattern("2:4")))
    let grouped = try pruned(pattern)
    #expect(grouped["w"] == [0, 0, 0, 0, 5, 6, 7, 8] && grouped["v"] == [0.1, 0.2, -0.4, 0.3])
    let layers = try model.pruned(placement, pattern) { _ in [] }.layers
    #expect(layers.map { $0.reason != nil } == [false, true])
    #expect(layers.map(\.storage.kept) == [4, 4])
  }
}
