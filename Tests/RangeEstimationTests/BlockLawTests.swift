import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ScientificMath
import Testing

/// Laws of the optimum over blocks of rows and columns.
@Suite struct BlockLawTests {
  private static let shapes = [[8, 16], [7, 13], [2, 9, 11]]

  /// A matrix whose blocks of 2 by 4 differ in size, so that no scale is right for all.
  private func values(_ shape: [Int], seed: UInt64) throws -> [Float] {
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    var samples = try TestSamples(seed: seed)
    return try samples.draw(shape.reduce(1, *), from: .laplace()).enumerated().map {
      let (row, column) = ($0.offset / columns % rows, $0.offset % columns)
      return $0.element * [1, 30, 0.2, 4][(row / 2 + 3 * (column / 4)) % 4]
    }
  }

  private func calibration(
    _ values: [Float], _ shape: [Int], _ granularity: String
  ) throws -> Calibration<TensorLanes> {
    let partition = LanePartition(
      shape: shape, granularity: try #require(Granularity(granularity)))
    return Calibration(TensorLanes(values: values, partition: try #require(partition)))
  }

  @Test("finer granularity never raises the optimum", arguments: everyFormat)
  func refinement(format: CodeGrid) throws {
    for (seed, shape) in Self.shapes.enumerated() {
      let values = try values(shape, seed: UInt64(seed + 20))
      let optima = try ["block:2x4", "block:4x8", "tensor"].map { granularity in
        var calibration = try calibration(values, shape, granularity)
        return try #require(try calibration.optimum(on: format))
      }
      for (fine, coarse) in zip(optima, optima.dropFirst()) {
        // In real arithmetic; Float32 moves either error by some 1e-6 of itself.
        #expect(fine.mse * (1 - fine.gap) <= coarse.mse * (1 + 2e-6), "\(format) \(shape)")
      }
      // Blocks of many sizes: with few levels one scale for all is far from right.
      if format.bits.count <= 4, format.reachesBelowZero {
        #expect(optima[0].mse < 0.9 * optima[2].mse, "\(format) \(shape)")
      }
    }
  }

  @Test("no scale of a dense scan beats the certificate of a block", arguments: everyFormat)
  func denseScan(format: CodeGrid) throws {
    let shape = [5, 7]
    let values = try values(shape, seed: 30)
    var calibration = try calibration(values, shape, "block:2x4")
    let optimum = try #require(try calibration.optimum(on: format))
    let places = (0..<3).flatMap { row in (0..<2).map { (row: row, column: $0) } }
    #expect(optimum.parameters.count == places.count)
    var least = 0.0
    for (found, place) in zip(optimum.parameters, places) {
      let block = values.enumerated().filter {
        $0.offset / 7 / 2 == place.row && $0.offset % 7 / 4 == place.column
      }.map(\.element)
      let best = Self.scan(block, on: found.grid)
      let own = Self.error(block, found)
      // Float32 arithmetic of scale and reconstruction moves an error by some 1e-6 of itself.
      #expect(own <= best * (1 + 2e-6), "\(format), block \(place)")
      least += best
    }
    let bound = optimum.mse * Double(values.count) * (1 - optimum.gap)
    #expect(bound <= least * (1 + 2e-6), "\(format)")
  }

  /// The least error of ten thousand scales up to a quarter above covering, with every zero point.
  private static func scan(_ block: [Float], on grid: CodeGrid) -> Double {
    let extrema = ClippingRange(
      Double(min(0, block.min() ?? 0)), Double(max(0, block.max() ?? 0)))
    let widest = 1.25 * Double(QuantizationParameters(covering: extrema, on: grid).scale)
    let zeroPoints = grid.family.scheme == .affine ? Array(grid.codes) : [grid.restingZeroPoint]
    var least = Double.infinity
    for zeroPoint in zeroPoints {
      var last: QuantizationParameters?
      for step in 1...10_000 {
        let parameters = QuantizationParameters(
          scale: widest * Double(step) / 10_000, zeroPoint: zeroPoint, grid: grid)
        // Of restricted scales most steps give the one before.
        guard parameters != last else { continue }
        last = parameters
        least = min(least, error(block, parameters))
      }
    }
    return least
  }

  private static func error(_ block: [Float], _ parameters: QuantizationParameters) -> Double {
    block.reduce(0) {
      let error = Double($1) - Double(parameters.reconstruction(of: $1))
      return $0 + error * error
    }
  }
}
