import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ScientificMath
import Testing

/// Tensors that are read where somebody else holds them.
@Suite struct BorrowedLanesTests {
  private static let shape = [6, 5, 7]
  private static let granularities = [
    Granularity.tensor, .channel(axis: 0), .channel(axis: 1), .channel(axis: 2), .group(size: 3),
    .group(size: 2, axis: 1), .block([.size(4), .size(3)]),
  ]

  private func values(_ count: Int) throws -> [Float] {
    var samples = try TestSamples(seed: 5)
    return try samples.draw(count, from: .laplace())
  }

  /// The answers and errors of a rule for a tensor that is borrowed, or not.
  private func answer(
    _ values: [Float], _ partition: LanePartition, borrowed: Bool, drops: Bool = false,
    workers: Int = 1
  ) throws -> ([QuantizationParameters], ErrorSums, CertifiedOptimum?) {
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(4)))
    func choose<Source: LaneSource>(
      _ source: Source
    ) throws -> ([QuantizationParameters], ErrorSums, CertifiedOptimum?) {
      var calibration = Calibration(source, workers: Workers(workers))
      let parameters = try calibration.parameters(of: "percentile[p=99]", on: grid)
      return (
        parameters, try calibration.error(with: parameters), try calibration.optimum(on: grid)
      )
    }
    guard borrowed else {
      return try choose(TensorLanes(values: values, partition: partition, dropsNonFinite: drops))
    }
    return try values.withUnsafeBufferPointer {
      try choose(BorrowedLanes($0, partition: partition, dropsNonFinite: drops))
    }
  }

  @Test("lanes, answers and errors are those of a tensor that is held", arguments: granularities)
  func held(granularity: Granularity) throws {
    let partition = try #require(LanePartition(shape: Self.shape, granularity: granularity))
    var values = try values(210)
    #expect(
      try answer(values, partition, borrowed: true) == answer(values, partition, borrowed: false))
    (values[3], values[77]) = (.nan, -.infinity)
    #expect(
      try answer(values, partition, borrowed: true, drops: true, workers: 3)
        == answer(values, partition, borrowed: false, drops: true))
  }

  // The parts end where chunks do, so that errors are summed alike.
  @Test("a long lane is read in parts, which hold every value once", arguments: [1, 2, 3, 7])
  func parts(count: Int) throws {
    let values = try values(5 * Kernels.chunk + 17)
    let partition = try #require(LanePartition(shape: [values.count], granularity: .tensor))
    try values.withUnsafeBufferPointer { pointer in
      let parts = try BorrowedLanes(pointer, partition: partition).parts(count)
      #expect(parts.count == min(count, 6))
      var read: [Float] = []
      for (index, part) in parts.enumerated() {
        try part.forEachSpan { lane, span in
          #expect(lane == 0)
          #expect(index == parts.count - 1 || span.count.isMultiple(of: Kernels.chunk))
          span.withUnsafeBufferPointer { read += $0 }
        }
      }
      #expect(read == values)
    }
    #expect(
      try answer(values, partition, borrowed: true, workers: count)
        == answer(values, partition, borrowed: false))
  }

  @Test("codes become values again lane by lane, in one pass or two", arguments: granularities)
  func codes(granularity: Granularity) throws {
    var values = try values(210)
    values[8] = .infinity
    let partition = try #require(LanePartition(shape: Self.shape, granularity: granularity))
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(4)))
    let parameters = (0..<partition.count).map {
      QuantizationParameters(scale: 0.1 * Double($0 % 4 + 1), zeroPoint: $0 % 16, grid: grid)
    }
    let codes: [UInt8] = partition.quantize(values, with: parameters)
    // The definition of a value, code by code.
    var expected = [Float](repeating: .nan, count: values.count)
    for index in 0..<partition.count {
      let (lane, quantizer) = (partition[index], parameters[index])
      lane.forEachRun { start in
        for place in start..<start + lane.runLength {
          expected[place] = Float(Int(codes[place]) - quantizer.zeroPoint) * quantizer.scale
        }
      }
    }
    #expect(expected[8] == 0, "a value that is not finite gets the zero point")
    for workers in [1, 3] {
      var restored = [Float](repeating: .nan, count: values.count)
      codes.withUnsafeBufferPointer { codes in
        restored.withUnsafeMutableBufferPointer {
          partition.dequantize(codes, with: parameters, into: $0, workers: Workers(workers))
        }
      }
      #expect(restored == expected)
      // In place, as a tensor may be replaced by what is left of it.
      var fake = values
      fake.withUnsafeMutableBufferPointer {
        partition.fakeQuantize(
          UnsafeBufferPointer($0), through: UInt8.self, with: parameters, into: $0,
          workers: Workers(workers))
      }
      #expect(fake == expected)
    }
  }

  @Test("a lane longer than a chunk is quantized to its end")
  func longLane() throws {
    let values = try values(2 * Kernels.chunk + 5)
    let partition = try #require(LanePartition(shape: [values.count], granularity: .tensor))
    let grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(8)))
    let parameters = [QuantizationParameters(scale: 0.03, grid: grid)]
    let codes: [Int8] = partition.quantize(values, with: parameters)
    var fake = [Float](repeating: .nan, count: values.count)
    values.withUnsafeBufferPointer { values in
      fake.withUnsafeMutableBufferPointer {
        partition.fakeQuantize(values, through: Int8.self, with: parameters, into: $0)
      }
    }
    #expect(fake == codes.map { Float($0) * parameters[0].scale })
  }
}
