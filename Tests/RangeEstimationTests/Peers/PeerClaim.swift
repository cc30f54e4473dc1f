import QuantizationCore

/// Which rule reproduces a method of a peer.
struct PeerClaim: CustomStringConvertible, Sendable {
  let peer: String
  let method: String
  let rule: String
  /// Parameters of the rule that stand for the method, whatever the row.
  var fixed: [String] = []
  /// Whether all batches are one to the rule: what the method answers does not depend on them.
  var isWhole = false

  var description: String { "\(peer) \(method)" }

  /// The rule with the parameters of a row, in the rule's words.
  func estimator(for row: GoldenRow) -> String {
    let own = row.parameters
    var given = fixed
    for (theirs, ours) in Self.renamed {
      if let value = own[theirs] { given.append("\(ours)=\(value)") }
    }
    if let levels = own["num_quantized_bins"] {
      given.append("quantized=\(levels == "bits" ? String(1 << row.grid.bits.count) : levels)")
    }
    if own["torch_hist"] == "False" { given.append("histogram=numpy") }
    if own["levels"] == "bits" { given.append("levels=grid") }
    if own["absolute"] == "False" { given.append("sign=positive") }
    return given.isEmpty ? rule : "\(rule)[\(given.joined(separator: ","))]"
  }

  private static let renamed = [
    ("num_bins", "bins"), ("bins", "bins"), ("start_bin", "start"), ("percentile", "p"),
    ("gamma", "gamma"),
  ]
}

extension PeerClaim {
  /// Every method that a rule is said to reproduce.
  static let all = [
    PeerClaim(peer: "aimet", method: "tf_enhanced", rule: "aimet-tf-enhanced"),
    PeerClaim(peer: "aimet_torch", method: "sqnr", rule: "aimet-sqnr"),
    PeerClaim(
      peer: "aimet_torch", method: "tf_enhanced", rule: "aimet-sqnr",
      fixed: ["bins=512", "growth=3"]),
    PeerClaim(peer: "hqq", method: "hqq", rule: "hqq"),
    PeerClaim(peer: "inc2", method: "kl", rule: "ort-entropy"),
    PeerClaim(peer: "inc2", method: "minmax", rule: "minmax"),
    PeerClaim(peer: "kltool", method: "kl", rule: "ncnn-kl"),
    PeerClaim(peer: "modelopt", method: "entropy", rule: "nvidia-entropy"),
    PeerClaim(peer: "modelopt", method: "max", rule: "minmax"),
    PeerClaim(peer: "modelopt", method: "percentile", rule: "nvidia-percentile"),
    PeerClaim(peer: "mxnet", method: "kl", rule: "mxnet-kl"),
    PeerClaim(peer: "numpy", method: "minmax", rule: "minmax"),
    PeerClaim(peer: "numpy", method: "naive_mse", rule: "mse-grid", fixed: ["squares=float"]),
    PeerClaim(peer: "numpy", method: "percentile", rule: "percentile"),
    PeerClaim(peer: "nvq", method: "entropy", rule: "nvidia-entropy"),
    PeerClaim(peer: "nvq", method: "max", rule: "minmax"),
    PeerClaim(peer: "nvq", method: "mse", rule: "nvidia-mse"),
    PeerClaim(peer: "nvq", method: "percentile", rule: "nvidia-percentile"),
    PeerClaim(peer: "ort", method: "entropy", rule: "ort-entropy"),
    PeerClaim(peer: "ort", method: "percentile", rule: "ort-percentile"),
    PeerClaim(peer: "torch", method: "histogram", rule: "torch-histogram"),
    PeerClaim(peer: "torch", method: "minmax", rule: "moving-average-minmax", isWhole: true),
    PeerClaim(peer: "torch", method: "moving_average", rule: "moving-average-minmax"),
    PeerClaim(peer: "torch", method: "pc_minmax", rule: "moving-average-minmax"),
    PeerClaim(peer: "torch_glue", method: "mse_grid", rule: "mse-grid", fixed: ["squares=float"]),
    PeerClaim(peer: "torch_glue", method: "pc_mse_grid", rule: "gptq-grid", fixed: ["maxshrink=1"]),
  ]

  /// Methods that no rule follows.
  ///
  /// Their answers stay in the table for whoever adds one. `ref mse_opt` is not a rule of a library
  /// but the least error, to which `mse` is held elsewhere.
  static let withoutRule: Set = [
    "aimet percentile", "aimet tf", "aimet_torch minmax", "aimet_torch percentile", "brevitas hqo",
    "brevitas kl", "brevitas max", "brevitas mse", "brevitas percentile", "inc2 percentile",
    "mct kl", "mct lp", "mct mae", "mct mse", "mct noclipping", "mct pot_mse", "modelopt mse",
    "modelopt mse_direct", "nncf histogram", "ort minmax", "ppq kl", "ppq minmax", "ppq mse",
    "ppq percentile", "ref mse_opt", "scipy mse_bounded", "scipy quantile", "torchao minmax",
    "torchao mse",
  ]
}
