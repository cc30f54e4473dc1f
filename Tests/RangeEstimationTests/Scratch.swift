import QuantizationCore
@testable import RangeEstimation
import TensorIO
import Testing
import Foundation
@Suite struct Scratch {
  @Test func evals() throws {
    let t = try TensorFile.open("experiments/data/minilm_l5_query_weight.npy")[0].load(nonFinite: .error)
    for (family, bits, n) in [(GridFamily.affineUnsigned, 8, 32), (.affineUnsigned, 8, 128), (.affineUnsigned, 8, 384), (.affineUnsigned, 4, 128), (.symmetricNarrow, 4, 128), (.symmetricNarrow, 8, 128), (.symmetricNarrow, 8, 147456), (.affineUnsigned, 8, 147456)] {
      var total = 0
      let lanes = min(200, t.count / n)
      let start = ContinuousClock.now
      for lane in 0..<lanes {
        var s = SampleStatistics(shape: LaneShape(count: n, rowLength: n))
        s.observe(t.values.span.extracting(lane * n..<lane * n + n)); s.seal()
        let c = LeastSquares.certificate(of: s, on: CodeGrid(family, bits: BitWidth(bits)!))
        total += c.evaluations
      }
      let us = (ContinuousClock.now - start) / .microseconds(1)
      print("\(family) \(bits) n=\(n): \(us / Double(lanes)) us per lane, \(total / lanes) evaluations")
    }
  }
}
