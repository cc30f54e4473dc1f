import RangeEstimation
import Testing

/// PyTorch's observers, row by row.
@Suite struct TorchTests {
  @Test(
    "a row of PyTorch is reproduced in 95 of 100 cases",
    arguments: [("histogram", "torch-histogram"), ("moving_average", "torch-moving-average")])
  func agreement(method: String, identifier: String) throws {
    let agreement = try PeerAgreement(peer: "torch", method: method) { params, _ in
      var own: [String] = []
      if let bins = params["bins"] { own.append("bins=\(bins)") }
      if params["levels"] != nil { own.append("levels=grid") }
      return own.isEmpty ? identifier : "\(identifier)[\(own.joined(separator: ","))]"
    }
    #expect(agreement.share >= 0.95, "\(agreement)")
  }
}
