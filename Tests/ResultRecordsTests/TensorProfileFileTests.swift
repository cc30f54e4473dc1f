import QuantizationCore
import ResultRecords
import Testing

@Suite struct TensorProfileFileTests {
  private func profile(_ name: String, kurtosis: Double?) throws -> TensorProfile {
    let grid = CodeGrid(.affineSigned, bits: try #require(BitWidth(5)))
    return TensorProfile(
      tensor: name, shape: [2, 3], elements: 5, dropped: 1,
      statistics: TensorProfile.Statistics(
        minimum: -0.1, maximum: 1.0 / 3, mean: 1e-17, standardDeviation: 0.1 + 0.2,
        excessKurtosis: kurtosis, zeroFraction: 0.2, negativeShare: 0.5,
        tailMagnitude: .leastNonzeroMagnitude),
      histogram: TensorProfile.Histogram(lower: -0.1, upper: 1.0 / 3, counts: [4, 0, 1]),
      grids: [
        TensorProfile.GridProfile(
          grid: grid, levelsUsed: 3, effectiveLevels: 2.5,
          curve: TensorProfile.ErrorCurve(
            zeroPoint: -4, end: .lower, clips: [0.01, 1e-45], clipping: [1.2345e-9, 0],
            rounding: [0.5, 1e300]),
          optimum: kurtosis.map {
            TensorProfile.Optimum(scale: $0, zeroPoint: -4, mse: 0.25, lowerBound: 0.24)
          })
      ])
  }

  @Test("what is written reads back the same, to the bit, and is written the same again")
  func roundTrip() throws {
    let profiles = [try profile("a/b \"c\"", kurtosis: nil), try profile("z", kurtosis: 0.1)]
    let text = try TensorProfileFile.text(profiles)
    #expect(try TensorProfileFile.profiles(in: text) == profiles)
    #expect(try TensorProfileFile.text(TensorProfileFile.profiles(in: text)) == text)
    #expect(text.split(separator: "\n").count == 4, "one line for each profile")
    #expect(try TensorProfileFile.profile(in: TensorProfileFile.line(profiles[1])) == profiles[1])
    #expect(try TensorProfileFile.profiles(in: TensorProfileFile.text([])).isEmpty)
  }

  @Test("keys are those of tables and command lines")
  func keys() throws {
    let line = try TensorProfileFile.line(try profile("z", kurtosis: 2))
    for key in [
      "\"bits\":5", "\"scheme\":\"affine\"", "\"grid\":\"signed\"", "\"excess_kurtosis\":2",
      "\"zero_point\":-4", "\"levels_used\":3",
      "\"tail_magnitude\":5e-324", "\"clips\":[0.01,1e-45]", "\"lower_bound\":0.24",
      "\"end\":\"lower\"",
    ] {
      #expect(line.contains(key), "\(key)")
    }
  }

  @Test("a grid that is none is refused, and so is half a file")
  func damage() throws {
    let line = try TensorProfileFile.line(try profile("z", kurtosis: 2))
    for (good, bad) in [("\"bits\":5", "\"bits\":55"), ("signed", "narrow"), ("affine", "other")] {
      #expect(throws: JSONFault.self) {
        try TensorProfileFile.profile(in: line.replacing(good, with: bad))
      }
    }
    #expect(throws: (any Error).self) { try TensorProfileFile.profile(in: String(line.dropLast())) }
  }
}
