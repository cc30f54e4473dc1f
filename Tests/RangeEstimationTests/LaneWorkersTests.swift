import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

/// Lanes that several workers share: neither answers nor codes know how many there were.
@Suite struct LaneWorkersTests {
  private static let shape = [6, 5, 7]
  private static let granularities = [
    Granularity.block([.size(3), .size(2)]),
    Granularity.tensor, .channel(axis: 0), .channel(axis: 2), .group(size: 3),
    .group(size: 2, axis: 1),
  ]

  private func values() throws -> [Float] {
    var samples = try TestSamples(seed: 11)
    return try samples.draw(210, from: .laplace())
  }

  @Test("quantizers and optima are those of one worker, in lane order", arguments: granularities)
  func quantizers(granularity: Granularity) throws {
    let values = try values()
    let partition = try #require(LanePartition(shape: Self.shape, granularity: granularity))
    let bits = try #require(BitWidth(4))
    for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
      let grid = CodeGrid(family, bits: bits)
      for rule in ["mse", "minmax", "percentile[p=90]", "torch-histogram"] {
        func answers(_ count: Int) throws -> ([QuantizationParameters], CertifiedOptimum?) {
          var calibration = Calibration(
            batches: [values, values.map { $0 * $0 }].map {
              TensorLanes(values: $0, partition: partition)
            }, workers: Workers(count))
          return (try calibration.parameters(of: rule, on: grid), try calibration.optimum(on: grid))
        }
        let expected = try answers(1)
        #expect(expected.0.count == partition.count)
        for count in [2, 5] { #expect(try answers(count) == expected, "\(rule) \(family)") }
      }
      func short(_ count: Int) throws -> [QuantizationParameters] {
        var calibration = Calibration(
          TensorLanes(values: values, partition: partition), workers: Workers(count))
        return try calibration.parameters(of: "mse", on: grid)
      }
      #expect(try short(3) == short(1))
    }
  }

  @Test("codes are those of one worker", arguments: granularities)
  func codes(granularity: Granularity) throws {
    let values = try values() + [.nan]
    let partition = try #require(LanePartition(shape: Self.shape, granularity: granularity))
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(8)))
    let parameters = (0..<partition.count).map {
      QuantizationParameters(scale: 0.01 * Double($0 + 1), zeroPoint: $0 % 256, grid: grid)
    }
    let tensor = Array(values[1...])
    let expected: [UInt8] = partition.quantize(tensor, with: parameters)
    // The definition of a code, value by value.
    for index in 0..<partition.count {
      let lane = partition[index]
      lane.forEachRun { start in
        for place in start..<start + lane.runLength {
          let value = tensor[place].isNaN ? 0 : tensor[place]
          #expect(Int(expected[place]) == parameters[index].code(of: value))
        }
      }
    }
    for count in [2, 5] {
      let codes: [UInt8] = partition.quantize(
        tensor, with: parameters, workers: Workers(count))
      #expect(codes == expected)
    }
  }

  @Test("the error of the first lane to fail is thrown, whoever meets it")
  func failures() throws {
    let values = try values()
    let partition = try #require(
      LanePartition(shape: Self.shape, granularity: .channel(axis: 0)))
    let grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(16)))
    for count in [1, 4] {
      var calibration = Calibration(
        TensorLanes(values: values, partition: partition), workers: Workers(count))
      #expect(throws: EstimationError.self) { try calibration.parameters(of: "kl", on: grid) }
    }
  }

  @Test("scales of lanes have the shape that blocked ONNX scales have")
  func laneShapes() throws {
    func shape(_ granularity: Granularity, _ shape: [Int]) throws -> [Int] {
      try #require(LanePartition(shape: shape, granularity: granularity)).laneShape
    }
    #expect(try shape(.tensor, [4, 6]) == [])
    #expect(try shape(.channel(axis: 1), [4, 6]) == [6])
    #expect(try shape(.group(size: 4), [4, 6]) == [4, 2])
    #expect(try shape(.group(size: 3, axis: 0), [4, 6]) == [2, 6])
    #expect(try shape(.group(size: 3), []) == [])
  }
}
