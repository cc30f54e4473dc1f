internal import GradientGraphs

/// What becomes of scales while a network with fake quantization is trained.
package enum ScaleTraining: String, Hashable, Sendable, CaseIterable {
  /// They stay as they begin; only weights learn (the straight-through estimator).
  case fixed
  /// They cover a moving average of the smallest and the largest values.
  case following
  /// They are parameters with gradients: LSQ, Esser et al., "Learned Step Size Quantization", 2020.
  case learned
  /// Scales and the zero points of affine grids are parameters: LSQ+, Bhalgat et al., "LSQ+: Improving
  /// low-bit quantization through learnable offsets and better initialization", 2020.
  case learnedAffine = "learned-affine"

  /// What the gradient of a quantizer does on such a grid.
  func gradient(isAffine: Bool) -> FakeQuantization.Gradient {
    switch self {
    case .fixed, .following: .straightThrough
    case .learned: .lsq
    case .learnedAffine: isAffine ? .lsqPlus : .lsq
    }
  }
}
