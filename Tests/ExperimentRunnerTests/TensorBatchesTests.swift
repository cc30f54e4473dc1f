import _TestSupport
import ExperimentRunner
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import TensorIO
import Testing

@Suite struct TensorBatchesTests {
  private func spans(_ lanes: BatchLanes) throws -> [[Float]] {
    var found: [[Float]] = []
    try lanes.forEachSpan { lane, span in
      #expect(lane == 0)
      found.append(span.withUnsafeBufferPointer { Array($0) })
    }
    return found
  }

  @Test("slices of a file are streamed as files of their own would be, at any length")
  func slices() throws {
    let folder = try Workspace()
    // Longer than a streamed batch, with cuts inside of one and across two.
    for (rows, row) in [(7, 3), (2, 300_000), (5, 123_457), (3, TensorFile.batchElements)] {
      let values = (0..<rows * row).map { Float($0 % 9973) }
      let path = folder.path + "/x.npy"
      try NPYWriter.write(values, shape: [rows, row], to: path)
      for count in Set([1, 2, rows]) {
        let layout = try BatchLayout(cutting: [rows, row], into: count)
        let batches = try TensorBatches(files: [path], layout, .tensor, nonFinite: .error)
        #expect(batches.lanes.count == count)
        var start = 0
        for (index, lanes) in batches.lanes.enumerated() {
          guard case .streamed = lanes else {
            Issue.record("a whole tensor is not held")
            continue
          }
          let size = layout.shapes[index][0] * row
          let alone = folder.path + "/alone.npy"
          try NPYWriter.write(
            Array(values[start..<start + size]), shape: layout.shapes[index], to: alone)
          let input = TensorInput(alone, shape: layout.shapes[index])
          let partition = try #require(
            LanePartition(shape: layout.shapes[index], granularity: .tensor))
          let file = FileLanes(input, elements: 0..<size, partition: partition)
          #expect(
            try spans(lanes) == spans(.streamed(file)), "\(rows)x\(row), \(index) of \(count)")
          #expect(lanes.shape(ofLane: 0) == LaneShape(count: size, rowLength: row))
          start += size
        }
        #expect(start == values.count)
      }
    }
  }

  @Test("values that are not finite are an error of the file, or counted over all batches")
  func nonFinite() throws {
    let folder = try Workspace()
    let path = folder.path + "/x.npy"
    try NPYWriter.write([1, 2, 3, .nan, .infinity, 6] as [Float], shape: [3, 2], to: path)
    let layout = try BatchLayout(cutting: [3, 2], into: 3)
    let error = TensorFileError.nonFinite(name: "x.npy", count: 2, firstIndex: 3)
    #expect(throws: error) {
      try TensorBatches(files: [path], layout, .tensor, nonFinite: .error)
    }
    let whole = try TensorBatches(
      files: [path], BatchLayout(whole: [3, 2]), .tensor, nonFinite: .error)
    #expect(throws: error) { try spans(whole.lanes[0]) }
    let batches = try TensorBatches(files: [path], layout, .tensor, nonFinite: .skip)
    #expect(batches.dropped == 2)
    #expect(try batches.lanes.map { try spans($0).flatMap { $0 } } == [[1, 2], [3], [6]])
  }

  @Test("ranges are chosen on some batches and measured on others")
  func evaluation() throws {
    let tensor = Tensor(shape: [4, 2], values: [1, -1, 3, 0.5, 2, 0, 5, 4])
    let layout = try BatchLayout(cutting: tensor.shape, into: 4)
    var evaluation = Evaluation(try TensorBatches(tensor, layout, .tensor))
    let bits = try #require(BitWidth(4))
    let grid = CodeGrid(.symmetricNarrow, bits: bits)
    let rule = try EstimatorRegistry.builtIn.parse("minmax").estimator
    func answer(_ choice: String) throws -> (upper: Double, count: Int) {
      evaluation.select(try #require(CalibrationChoice(choice)).split(of: 4))
      let parameters = try evaluation.parameters(of: rule, on: grid)
      return (parameters[0].upper, try evaluation.error(with: parameters).count)
    }
    // One after the other, so that what is kept of one choice must not show in the next.
    for (choice, upper, count) in [
      ("1", 1.0, 6), ("all", 5, 8), ("2..2", 2, 6), ("2", 3, 4), ("1..2", 3, 4), ("all", 5, 8),
      ("0..0+3..3", 5, 4),
    ] {
      let found = try answer(choice)
      #expect(abs(found.upper / upper - 1) < 1e-6 && found.count == count, "\(choice)")
    }
  }

  @Test("the optimum of held-out batches is below the scale of the tensor that was calibrated")
  func tensorScale() throws {
    let grid = try #require(CodeGrid("nvfp4"))
    let rule = try EstimatorRegistry.builtIn.parse("mse").estimator
    for step in 1...20 {
      let values = (0..<512).map {
        Float(($0 * $0 * step) % 509) / 100 - Float($0 % 7) / Float(step)
      }
      let tensor = Tensor(shape: [2, 256], values: values)
      let layout = try BatchLayout(cutting: tensor.shape, into: 2)
      var evaluation = Evaluation(try TensorBatches(tensor, layout, .tensor))
      evaluation.select(try #require(CalibrationChoice("0..0")).split(of: 2))
      let parameters = try evaluation.parameters(of: rule, on: grid)
      let optimum = try #require(try evaluation.optimum(on: grid))
      #expect(try evaluation.error(with: parameters).mse >= optimum.mse * (1 - 1e-6))
    }
  }
}
