import Foundation
import QuantizationCore
import QuantizationKernels
import Testing

/// Sums over rows of logits against the definition.
@Suite struct RowSumsTests {
  private func rows(_ rows: Int, _ length: Int) -> [Float] {
    (0..<rows * length).map { Float(4 * sin(Double($0 * $0 % 1009))) }
  }

  private func sums(
    _ values: [Float], _ length: Int, _ parameters: QuantizationParameters, _ path: KernelPath
  ) -> [RowSums] {
    let peaks = stride(from: 0, to: values.count, by: length).map {
      values[$0..<$0 + length].max() ?? 0
    }
    let decay = (0...parameters.grid.steps).map { exp(-Double(parameters.scale) * Double($0)) }
    let weights = values.indices.map { 1 / Float($0 + 3) }
    var found: [RowSums] = []
    Kernels.forEachRow(
      of: values.span, probabilities: weights.span, peaks: peaks.span, with: parameters,
      decay: decay.span, path: path
    ) { found.append($0) }
    return found
  }

  @Test(
    "each row has the sums of its codes, on every path", arguments: KernelPath.available,
    [1, 2, 7, 15, 16, 17, 31, 33, 96, 1000])
  func definition(path: KernelPath, length: Int) throws {
    let values = rows(3, length)
    for family in [GridFamily.affineUnsigned, .affineSigned, .symmetricNarrow] {
      for bits in [2, 8, 12].compactMap(BitWidth.init) {
        let grid = CodeGrid(family, bits: bits)
        let parameters = QuantizationParameters(covering: ClippingRange(-2, 3), on: grid)
        let found = sums(values, length, parameters, path)
        #expect(found.count == 3)
        #expect(found == sums(values, length, parameters, KernelPath.available[0]))
        for (row, sums) in found.enumerated() {
          let indices = row * length..<(row + 1) * length
          let codes = ReferenceKernels.quantize(Array(values[indices]), with: parameters)
          let distances = codes.map { (codes.max() ?? 0) - $0 }
          let sum = distances.reduce(0) { $0 + exp(-Double(parameters.scale) * Double($1)) }
          let expected = zip(indices, distances).reduce(0) {
            $0 + Double(1 / Float($1.0 + 3)) * Double($1.1)
          }
          #expect(abs(sums.sum - sum) <= 1e-12 * sum, "\(grid), row \(row)")
          #expect(abs(sums.expected - expected) <= 1e-12 * expected, "\(grid), row \(row)")
        }
      }
    }
  }
}
