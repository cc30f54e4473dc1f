import _TestSupport
import ExperimentRunner
import Foundation
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ResultRecords
import TensorIO
import Testing

/// Files that a run streams, against the same values held in memory: the same bits.
@Suite struct StreamedTests {
  /// Longer than two streamed batches, so that sums of sums would show.
  private static let count = 600_000

  private func values(_ count: Int) -> [Float] {
    var random = LinearCongruence(seed: 7)
    return (0..<count).map { _ in
      let uniform = Float(random.word() >> 40) / Float(1 << 24) - 0.5
      return uniform * uniform * uniform * 20
    }
  }

  /// The records of some rules and the profile, from batches.
  private func findings(_ batches: TensorBatches) throws -> (
    rows: [String], profile: TensorProfile?
  ) {
    let bits = try #require(BitWidth(4))
    let grid = CodeGrid(.symmetricNarrow, bits: bits)
    let requests = try ["minmax", "mse", "percentile", "moving-average-minmax"].map { name in
      let estimator = try EstimatorRegistry.builtIn.parse(name)
      let key = ResultRecord.Key(
        tensor: "x", estimator: estimator.name, grid: grid, granularity: .tensor)
      return CellRequest(estimator, key)
    }
    var work = CellWork(Evaluation(batches))
    let rows = try work.outcomes(of: requests).map { ResultTable.line($0.record) }
    let profile = try TensorProfile(
      measuring: &work.evaluation, tensor: "x", shape: [], on: [grid])
    return (rows, profile)
  }

  @Test("give the same results, cut or not, with values that are not finite or without")
  func sameBits() throws {
    let folder = try Workspace()
    let path = folder.path + "/x.npy"
    for (policy, isHoled) in [(NonFinitePolicy.error, false), (.skip, true), (.skip, false)] {
      var values = values(Self.count)
      if isHoled {
        for index in stride(from: 5, to: values.count, by: 9973) {
          values[index] = index % 2 == 0 ? .nan : .infinity
        }
      }
      let shape = [6, values.count / 6]
      try NPYWriter.write(values, shape: shape, to: path)
      for layout in [BatchLayout(whole: shape), try BatchLayout(cutting: shape, into: 4)] {
        let held = try TensorBatches(Tensor(shape: shape, values: values), layout, .tensor)
        let streamed = try TensorBatches(files: [path], layout, .tensor, nonFinite: policy)
        for lanes in streamed.lanes {
          guard case .streamed = lanes else {
            Issue.record("a whole tensor is not held")
            return
          }
        }
        #expect(streamed.dropped == held.dropped)
        #expect((held.dropped > 0) == isHoled)
        let (left, right) = (try findings(held), try findings(streamed))
        #expect(left.rows == right.rows && left.profile == right.profile)
        #expect(left.rows.allSatisfy { $0.contains(",ok,") }, "\(left.rows)")
      }
    }
  }

  @Test("pieces of a file are its values in order, in whole chunks")
  func parts() throws {
    let folder = try Workspace()
    let path = folder.path + "/x.npy"
    let values = values(Self.count)
    try NPYWriter.write(values, shape: [values.count], to: path)
    for batches in [1, 2] {
      let layout = try BatchLayout(cutting: [values.count], into: batches)
      let streamed = try TensorBatches(files: [path], layout, .tensor, nonFinite: .error)
      for count in [1, 3, 100] {
        var found: [Float] = []
        for lanes in streamed.lanes {
          let parts = try lanes.parts(count)
          #expect(count == 1 || parts.count > 1 && parts.count <= count)
          for (index, part) in parts.enumerated() {
            let before = found.count
            try part.forEachSpan { _, span in
              span.withUnsafeBufferPointer { found.append(contentsOf: $0) }
            }
            #expect(found.count - before == part.shape(ofLane: 0).count)
            #expect(index == parts.count - 1 || (found.count - before) % Kernels.chunk == 0)
          }
        }
        #expect(found == values)
      }
    }
  }
}
