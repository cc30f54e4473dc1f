/// What training makes small: one number for the outputs of a batch and what they should be.
///
/// Of a model with several outputs the first one counts. Where a Softmax makes it, the logits are what
/// the Softmax reads.
package enum Loss: Hashable, Sendable {
  /// The mean over the batch of `-log softmax(logits)[class]`.
  ///
  /// The targets are classes, int64 of the shape [N]; the logits have the shape [N, classes].
  case crossEntropy
  /// The mean over all elements of `(output - target)²`.
  ///
  /// The targets are numbers of the shape of the output.
  case meanSquaredError
  /// The divergence from the output of another model, so that no labels are needed:
  /// `T² / N sum_rows sum_classes p (log p - log q)` with `p = softmax(target / T)` and
  /// `q = softmax(logits / T)`.
  ///
  /// The targets are the first output of the other model: its logits, or its probabilities where the
  /// output of the model itself is that of a Softmax. Source: Hinton, Vinyals and Dean, "Distilling the
  /// Knowledge in a Neural Network" (2015), section 2.
  case distillation(temperature: Float)
}

/// Which statistics a BatchNormalization uses while the network is trained.
package enum BatchNormalizationMode: String, Hashable, Sendable, CaseIterable {
  /// Mean and variance of the batch, which are also outputs so that running ones can follow.
  case batch
  /// Those in the model, which stay as they are.
  case frozen
}
