import _TestSupport
import Foundation
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import Testing

/// gptq-grid, which gives up candidates that lose too much, against all of them measured whole.
@Suite struct GPTQGridTests {
  /// The first of the least of all shrinks of a lane with values on both sides.
  private func plain(_ values: [Float], on grid: CodeGrid) -> QuantizationParameters? {
    let (least, most) = (Double(values.min() ?? 0), Double(values.max() ?? 0))
    let isSymmetric = grid.family.scheme == .symmetric
    let high = isSymmetric ? max(-least, most) : most
    let low = isSymmetric ? -high : least
    let unit = exp2(log2(max(-least, most)).rounded(.up))
    var best: (parameters: QuantizationParameters, cost: Double)?
    for index in 0..<80 {
      let share = 1 - Double(index) / 100
      let scale = share * (high - low) / Double(grid.steps)
      let parameters = QuantizationParameters(
        scale: scale,
        zeroPoint: grid.minimumCode + Int((-share * low / scale).rounded(.toNearestOrEven)),
        grid: grid)
      let codes = grid.minimumCode - parameters.zeroPoint...grid.maximumCode - parameters.zeroPoint
      let cost = Kernels.powerSums(
        of: values.sorted().span, unit: unit, scale: Double(parameters.scale) / unit, codes: codes,
        power: 2.4
      ).cost
      if cost < best?.cost ?? .infinity { best = (parameters, cost) }
    }
    return best?.parameters
  }

  @Test("the answer is the first of the least", arguments: [2, 63, 64, 65, 129, 131_071, 131_099])
  func answers(length: Int) throws {
    var samples = try TestSamples(seed: UInt64(length))
    for shape in [0, 2, 3, 5, 8, 9, 10] {
      var values = try samples.shaped(shape, count: length)
      (values[0], values[1]) = (-0.25, 0.5)
      for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
        for bits in [2, 4, 8] {
          let grid = try grid(family, bits)
          let found = try RuleProbe.parameters("gptq-grid", values, on: grid)
          #expect(found == plain(values, on: grid), "shape \(shape), \(bits) bits")
        }
      }
    }
  }
}
