import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ScientificMath
import Testing

/// Calibration over several batches, against statistics that are fed by hand.
@Suite struct BatchTests {
  private static let estimators = Conformance.all(.builtIn)
  private static let shape = [4, 3, 8]

  /// Batches that differ in size and in their extrema.
  private func batches() throws -> [[Float]] {
    var samples = try TestSamples(seed: 71)
    return try [96, 48, 96, 24].enumerated().map { index, count in
      try samples.draw(count, from: .laplace()).map { $0 * Float(1 + index) }
    }
  }

  private func lanes(
    _ batches: [[Float]], _ granularity: Granularity = .tensor
  ) throws -> [TensorLanes] {
    try batches.map { values in
      let shape = [values.count / 24] + Self.shape.dropFirst()
      return TensorLanes(
        values: values,
        partition: try #require(LanePartition(shape: shape, granularity: granularity)))
    }
  }

  /// The answer where every batch has a statistic of its own, merged in order.
  private func merged<Estimator: RangeRule>(
    _ estimator: Estimator, _ batches: [[Float]], on grid: CodeGrid
  ) throws -> QuantizationParameters {
    let shape = LaneShape(count: batches.joined().count, rowLength: 8)
    var whole = Estimator.Statistics(shape: shape)
    for batch in batches {
      var part = Estimator.Statistics(shape: shape)
      part.observe(batch.span)
      part.endBatch()
      whole.merge(part)
    }
    whole.seal()
    return try estimator.parameters(from: whole, on: grid)
  }

  @Test("calibrating on batches is merging their statistics in order", arguments: estimators)
  func merging(estimator: Conformance) throws {
    let batches = try batches()
    for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
      let grid = try grid(family, 4)
      var calibration = Calibration(batches: try lanes(batches))
      let rule = estimator.named.estimator
      let expected = Result { try merged(rule, batches, on: grid) }
      let found = Result { try calibration.parameters(of: rule, on: grid) }
      switch (found, expected) {
      case (.success(let found), .success(let expected)): #expect(found == [expected])
      case (.failure(let found), .failure(let expected)): #expect("\(found)" == "\(expected)")
      default: Issue.record("\(found) is not \(expected)")
      }
    }
  }

  @Test(
    "the order of batches shows where the rule says so, and nowhere else", arguments: estimators)
  func order(estimator: Conformance) throws {
    let batches = try batches()
    let breaks = estimator.named.estimator.descriptor.breaks.contains(.batching)
    var answers: Set<[QuantizationParameters]> = []
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
      var calibration = Calibration(batches: try lanes(order.map { batches[$0] }))
      for grid in try [grid(.symmetricNarrow, 4), grid(.symmetricNarrow, 8)] {
        guard let found = try? calibration.parameters(of: estimator.named.estimator, on: grid)
        else { continue }
        answers.insert(found + [QuantizationParameters(scale: 1, grid: grid)])
      }
    }
    // One answer a grid where batches do not show; some of the others depend on their order only
    // through a histogram that the largest value resizes, and need not.
    if !breaks { #expect(answers.count <= 2, "\(estimator.named.name)") }
    if estimator.named.name.hasPrefix("moving-average") { #expect(answers.count > 2) }
  }

  @Test("an average follows the batches, not the values")
  func average() throws {
    let grid = try grid(.affineUnsigned, 8)
    let values: [Float] = [0, 1, 0, 3, 0, 2, 0, 6]
    func upper(_ cuts: Int) throws -> Double {
      let size = values.count / cuts
      let partition = try #require(LanePartition(shape: [1, size], granularity: .tensor))
      var calibration = Calibration(
        batches: (0..<cuts).map {
          TensorLanes(batch: values, from: $0 * size, partition: partition)
        })
      return try calibration.parameters(of: "mean-minmax", on: grid)[0].upper
    }
    // Mean of the maxima 1, 3, 2 and 6; of 3 and 6; of 6. The scale is rounded to Float32.
    #expect(abs(try upper(4) - 3) < 3 * 0x1p-23)
    #expect(abs(try upper(2) - 4.5) < 4.5 * 0x1p-23)
    #expect(abs(try upper(1) - 6) < 6 * 0x1p-23)
  }

  @Test("a lane is what all batches have of it", arguments: [1, 2])
  func channels(axis: Int) throws {
    let batches = try batches()
    let grid = try grid(.symmetricNarrow, 8)
    var calibration = Calibration(batches: try lanes(batches, .channel(axis: axis)))
    let found = try calibration.parameters(of: "minmax", on: grid)
    let places = batches.flatMap { values in values.enumerated().map { ($0 / 8 % 3, $0 % 8, $1) } }
    let expected = (0..<Self.shape[axis]).map { channel in
      let lane = places.filter { (axis == 1 ? $0.0 : $0.1) == channel }.map { abs($0.2) }
      return QuantizationParameters(
        covering: ClippingRange(-Double(lane.max() ?? 0), Double(lane.max() ?? 0)), on: grid)
    }
    #expect(found == expected)
    #expect(try calibration.error(with: found).count == 264)
  }

  @Test("in several batches a lane has the answer it has alone", arguments: estimators)
  func lanesOfBatches(estimator: Conformance) throws {
    let batches = try batches()
    let grid = try grid(.symmetricNarrow, 8)
    let rule = estimator.named.estimator
    var together = Calibration(batches: try lanes(batches, .channel(axis: 1)))
    let found = Result { try together.parameters(of: rule, on: grid) }
    let alone = Result {
      try (0..<Self.shape[1]).map { channel in
        var lane = Calibration(
          batches: try batches.map { values in
            let own = values.enumerated().filter { $0.offset / 8 % 3 == channel }.map(\.element)
            let partition = LanePartition(shape: [own.count / 8, 8], granularity: .tensor)
            return TensorLanes(values: own, partition: try #require(partition))
          })
        return try lane.parameters(of: rule, on: grid)[0]
      }
    }
    switch (found, alone) {
    case (.success(let found), .success(let alone)): #expect(found == alone)
    case (.failure(let found), .failure(let alone)): #expect("\(found)" == "\(alone)")
    default: Issue.record("\(found) is not \(alone)")
    }
  }

  @Test("errors of batches add up, with quantizers from anywhere")
  func errors() throws {
    let batches = try batches()
    let grid = try grid(.symmetricNarrow, 4)
    var first = Calibration(batches: try lanes([batches[0]]))
    let parameters = try first.parameters(of: "mse", on: grid)
    let others = Calibration(batches: try lanes(Array(batches[1...])))
    var sums = ErrorSums()
    for batch in batches[1...] {
      sums.merge(Kernels.measureError(of: batch.span, with: parameters[0]))
    }
    #expect(try others.error(with: parameters) == sums && sums.count == 168)
    var oracle = others
    #expect(try #require(try oracle.optimum(on: grid)).mse < sums.mse)
  }

  @Test("a batch of a tensor is the tensor of its values")
  func slices() throws {
    var samples = try TestSamples(seed: 3)
    let values = try samples.draw(96, from: .gaussian())
    for granularity in [Granularity.tensor, .channel(axis: 0), .channel(axis: 2), .group(size: 3)] {
      let partition = try #require(LanePartition(shape: [2, 3, 8], granularity: granularity))
      func spans(_ lanes: TensorLanes) throws -> [[Float]] {
        var found: [[Float]] = []
        try lanes.forEachSpan { _, span in found.append(span.withUnsafeBufferPointer { Array($0) })
        }
        return found
      }
      let slice = TensorLanes(batch: values, from: 48, partition: partition)
      #expect(
        try spans(slice) == spans(TensorLanes(values: Array(values[48...]), partition: partition)))
    }
  }
}
