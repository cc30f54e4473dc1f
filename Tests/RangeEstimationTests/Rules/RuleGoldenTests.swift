import QuantizationCore
import RangeEstimation
import Testing

/// Rules against the peers they reproduce; shares of rows are measured, less a row or two.
@Suite struct RuleGoldenTests {
  @Test("moving-average-minmax is PyTorch's observer, floor of the scale included")
  func movingAverage() throws {
    let found = try GoldenAgreement(
      peer: "torch", method: "moving_average", rule: "moving-average-minmax[c=0.01]")
    #expect(found.rows >= 58)
    // All-zero data are degenerate here and have the floor for a scale there: two rows.
    #expect(found.share >= 0.96, "\(found)")
  }

  @Test("mse-grid is a loop over a hundred thresholds with PyTorch's fake-quantize")
  func mseGrid() throws {
    let found = try GoldenAgreement(peer: "torch_glue", method: "mse_grid", rule: "mse-grid")
    #expect(found.rows >= 60)
    // Float32 squares vanish or overflow on the tiny, subnormal and huge tensors.
    #expect(found.share >= 0.9, "\(found)")
  }

  @Test("hqq is the published rule, with its zero point rounded")
  func hqq() throws {
    let all = try GoldenAgreement(peer: "hqq", method: "hqq", rule: "hqq")
    #expect(all.rows >= 150 && all.share > 0.9, "\(all)")
    // The peer's zero point may lie outside the codes, for data far from zero: no integer code can.
    let isHeld = { (row: GoldenRow) in
      let zeroPoint = Double(row.fields["zero_point"] ?? "") ?? 0
      return row.grid.codes.contains { Double($0) == zeroPoint.rounded() }
    }
    let found = try GoldenAgreement(peer: "hqq", method: "hqq", rule: "hqq", where: isHeld)
    #expect(found.rows >= 130)
    #expect(found.agreeing == found.rows, "\(found)")
    // Halves and Float32 move a zero point by one in few rows; a wrong shrinkage in many.
    let exact = try GoldenAgreement(
      peer: "hqq", method: "hqq", rule: "hqq", zeroPointTolerance: 0, where: isHeld)
    #expect(exact.share >= 0.999, "\(exact)")
  }

  @Test("ncnn-kl is the published tool", arguments: [("", "both"), ("absolute=False", "positive")])
  func ncnn(params: String, sign: String) throws {
    let found = try GoldenAgreement(peer: "kltool", method: "kl", rule: "ncnn-kl[sign=\(sign)]") {
      $0.params == params
    }
    #expect(found.rows >= 28)
    // All-zero data have no threshold.
    #expect(found.agreeing >= found.rows - 1, "\(found)")
  }

  @Test(
    "aimet-sqnr is the analyzer of aimet_torch",
    arguments: [
      ("sqnr", "", "aimet-sqnr"), ("sqnr", "gamma=1.0", "aimet-sqnr[gamma=1]"),
      ("tf_enhanced", "", "aimet-sqnr[bins=512]"),
    ])
  func aimet(method: String, params: String, rule: String) throws {
    // Squares overflow the peer's Float32 on the huge tensor; all zeros are degenerate here.
    let found = try GoldenAgreement(peer: "aimet_torch", method: method, rule: rule) {
      $0.params == params && !["huge_1e3", "zeros_1e3"].contains($0.tensor)
    }
    #expect(found.rows >= 56)
    // Three near ties of 290 rows fall differently in Float32.
    #expect(found.share >= 0.985, "\(found)")
  }
}
