import QuantizationKernels
import Testing

/// Fits of several scales at once against one loop for each of them.
@Suite struct ScaleFitTests {
  private func plain(
    _ values: [Float], unit: Float, stepsPerUnit: Float, codes: ClosedRange<Int>
  ) -> (mixed: Float, square: Float) {
    var (mixed, square): (Float, Float) = (0, 0)
    for value in values {
      let real = value / unit
      let steps = min(max(stepsPerUnit * real, Float(codes.lowerBound)), Float(codes.upperBound))
      let code = steps.rounded(.toNearestOrEven)
      let weight = real * real
      mixed += weight * real * code
      square += weight * code * code
    }
    return (mixed, square)
  }

  @Test(
    "every scale has the bits of a loop in the order of the values",
    arguments: KernelPath.available, [0, 1, 2, 5, 16, 33, 1000])
  func fits(path: KernelPath, length: Int) {
    var state: UInt32 = 7
    let values = (0..<length).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(Int32(bitPattern: state)) / 0x1p29
    }
    for (unit, codes) in [(Float(2), -8...7), (1, 0...255), (0x1p-140, -127...127)] {
      let scaled = values.map { $0 * unit }
      for count in [1, 15, 16, 17, 19, 20] {
        let steps = (0..<count).map { (Float(codes.upperBound) + Float($0) / 10) / 3.7 }
        let found = Kernels.scaleFits(
          of: scaled.span, unit: unit, stepsPerUnit: steps, codes: codes, path: path)
        #expect(found.count == count)
        for (fit, steps) in zip(found, steps) {
          let wanted = plain(scaled, unit: unit, stepsPerUnit: steps, codes: codes)
          #expect(fit.mixed == wanted.mixed && fit.square == wanted.square, "\(codes) \(steps)")
        }
      }
    }
  }
}
