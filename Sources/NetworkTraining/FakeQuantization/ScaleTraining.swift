/// What becomes of scales while a network with fake quantization is trained.
package enum ScaleTraining: String, Hashable, Sendable, CaseIterable {
  /// They stay as they begin; only weights learn (the straight-through estimator).
  case fixed
  /// They cover a moving average of the smallest and the largest values.
  case following
  /// They are parameters with gradients: LSQ, Esser et al., "Learned Step Size Quantization", 2020.
  case learned
}
