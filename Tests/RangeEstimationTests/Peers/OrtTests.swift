import RangeEstimation
import Testing

/// ONNX Runtime's calibrators, row by row.
@Suite struct OrtTests {
  @Test(
    "a row of ONNX Runtime is reproduced in 95 of 100 cases",
    arguments: [("entropy", "ort-entropy"), ("percentile", "ort-percentile")])
  func agreement(method: String, identifier: String) throws {
    let agreement = try PeerAgreement(peer: "ort", method: method) { params, bits in
      var own: [String] = []
      if let bins = params["num_bins"] { own.append("bins=\(bins)") }
      if let levels = params["num_quantized_bins"] {
        own.append("quantized=\(levels == "bits" ? String(1 << bits) : levels)")
      }
      if let percentile = params["percentile"] { own.append("p=\(percentile)") }
      return own.isEmpty ? identifier : "\(identifier)[\(own.joined(separator: ","))]"
    }
    #expect(agreement.share >= 0.95, "\(agreement)")
  }
}
