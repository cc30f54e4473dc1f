import RangeEstimation
import Testing

/// NVIDIA's calibrators, row by row.
@Suite struct NvidiaTests {
  @Test(
    "a row of pytorch-quantization is reproduced in 95 of 100 cases",
    arguments: [
      ("entropy", "nvidia-entropy"), ("mse", "nvidia-mse"), ("percentile", "nvidia-percentile"),
    ])
  func agreement(method: String, identifier: String) throws {
    let agreement = try PeerAgreement(peer: "nvq", method: method) { params, _ in
      var own: [String] = []
      if let bins = params["num_bins"] { own.append("bins=\(bins)") }
      if let start = params["start_bin"] { own.append("start=\(start)") }
      if let percentile = params["percentile"] { own.append("p=\(percentile)") }
      if params["torch_hist"] == "False" { own.append("histogram=numpy") }
      return own.isEmpty ? identifier : "\(identifier)[\(own.joined(separator: ","))]"
    }
    #expect(agreement.share >= 0.95, "\(agreement)")
  }
}
