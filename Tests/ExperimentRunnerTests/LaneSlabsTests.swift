import _TestSupport
import ExperimentRunner
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import TensorIO
import Testing

/// Lanes that are read from a file one after the other are those of the tensor in memory.
@Suite struct LaneSlabsTests {
  private static let granularities: [Granularity] = [
    .channel(axis: 0), .channel(axis: -3), .group(size: 100), .group(size: 7, axis: 0),
    .group(size: 1000, axis: 1), .block([.size(32), .size(128)]),
    .block([.size(3), .all, .size(299)]),
  ]

  private func spans(
    _ lanes: some LaneSource, _ wanted: Range<Int>
  ) throws -> [Int: [Float]] {
    var found: [Int: [Float]] = [:]
    var last = wanted.lowerBound
    try lanes.forEachSpan(ofLanes: wanted) { lane, span in
      #expect(lane >= last)
      last = lane
      span.withUnsafeBufferPointer { found[lane, default: []] += $0 }
    }
    return found
  }

  /// A file with a row before and after the elements.
  private func file(_ values: [Float], _ folder: Workspace) throws -> TensorInput {
    let path = folder.path + "/x.npy"
    try NPYWriter.write([-7] + values + [-9], shape: [values.count + 2], to: path)
    return TensorInput(path, shape: [values.count + 2])
  }

  @Test("whatever the granularity, some lanes or all", arguments: granularities)
  func lanes(granularity: Granularity) throws {
    let folder = try Workspace()
    // More values than are read at once, an axis of length one in front, and lanes that are cut short.
    for shape in [[1, 40, 130, 300], [5, 1, 3], [40, 130, 300]] {
      guard let partition = LanePartition(shape: shape, granularity: granularity),
        LaneSlabs(partition) != nil
      else { continue }
      var values = (0..<shape.reduce(1, *)).map { Float($0 % 9973) }
      for dropsNonFinite in [false, true] {
        if dropsNonFinite { values[values.count / 2] = .nan }
        let held = TensorLanes(
          values: values, partition: partition, dropsNonFinite: dropsNonFinite)
        let streamed = FileLanes(
          try file(values, folder), elements: 1..<values.count + 1, partition: partition,
          dropsNonFinite: dropsNonFinite)
        let count = partition.count
        #expect(streamed.laneCount == count)
        for wanted in Set([0..<count, count / 3..<count / 2 + 1, count - 1..<count]) {
          #expect(try spans(streamed, wanted) == spans(held, wanted), "\(shape) \(wanted)")
        }
        #expect(streamed.shape(ofLane: count - 1) == held.shape(ofLane: count - 1))
      }
    }
  }

  @Test("lanes that reach along the whole first axis do not lie together")
  func apart() throws {
    for granularity in [Granularity.tensor, .channel(axis: 1), .block([.all, .size(2)])] {
      let partition = try #require(LanePartition(shape: [4, 6], granularity: granularity))
      #expect(LaneSlabs(partition) == nil)
    }
  }

  @Test("a large tensor is streamed lane by lane, with the errors of the tensor in memory")
  func large() throws {
    let folder = try Workspace()
    let shape = [1025, 16_385]
    let values = (0..<shape[0] * shape[1]).map { Float($0 % 9973) - 4000 }
    let path = folder.path + "/large.npy"
    try NPYWriter.write(values, shape: shape, to: path)
    let layout = try BatchLayout(cutting: shape, into: 1)
    let grid = try #require(CodeGrid("int4-narrow"))
    for granularity in [Granularity.channel(axis: 0), .group(size: 4096)] {
      let streamed = try TensorBatches(files: [path], layout, granularity, nonFinite: .error)
      guard case .streamed = streamed.lanes[0] else {
        Issue.record("\(granularity) is held")
        continue
      }
      let held = try TensorBatches(
        Tensor(shape: shape, values: values), layout, granularity)
      func error(_ batches: TensorBatches, _ workers: Int) throws -> Double {
        var evaluation = Evaluation(batches, workers: Workers(workers))
        let minmax = try EstimatorRegistry.builtIn.parse("minmax").estimator
        let quantizers = try evaluation.parameters(of: minmax, on: grid)
        return try evaluation.error(with: quantizers).mse
      }
      let expected = try error(held, 1)
      #expect(try error(streamed, 1) == expected && error(streamed, 3) == expected)
    }
  }
}
