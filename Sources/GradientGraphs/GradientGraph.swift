package import ModelFiles

/// A model that computes, beside its own outputs, a loss and the gradient of the loss with respect to
/// parameters: nodes of the standard operators are added, so that whatever runs the model can train it.
///
/// This is reverse-mode differentiation: from the loss backwards, the rule of each operator turns the
/// gradients of its outputs into those of its inputs, which are added up where several nodes read a
/// tensor. Source: Baydin et al., "Automatic Differentiation in Machine Learning: a Survey" (2018),
/// section 3.2.
///
/// Shapes are computed while the model runs, so that a batch may have any size.
package struct GradientGraph: Sendable {
  /// A constant of the model that became an input.
  package struct Parameter: Sendable {
    /// The name of the input, which is that of the constant.
    package let name: String
    /// The length of each axis.
    package let shape: [Int]
    /// The values that the model had, in row-major order.
    package let values: [Float]
    /// The name of the output with the gradient of the loss, of the same shape.
    package let gradient: String
  }

  /// A batch normalization that uses the mean and the variance of the batch.
  package struct Statistic: Sendable {
    /// How messages call the node.
    package let node: String
    /// The outputs with mean and variance of the batch for each channel, [C]; the variance is the mean
    /// square of the deviations, as ONNX defines it.
    package let mean: String
    package let variance: String
    /// The constants of the original model with the statistics that inference uses.
    package let runningMean: String
    package let runningVariance: String
    /// How much of a running statistic stays: `running = momentum running + (1 - momentum) batch`.
    package let momentum: Float
  }

  /// The graph.
  ///
  /// Its inputs are those of the model, the targets and the parameters; its outputs are those of the
  /// model, the loss, the gradients and the statistics.
  package let model: Model
  /// The parameters, in the order in which the model lists its constants.
  package let parameters: [Parameter]
  /// The name of the input for targets.
  package let target: String
  /// The name of the output with the loss, a scalar.
  package let loss: String
  /// The names of the model's own outputs.
  package let outputs: [String]
  /// The batch normalizations in training mode; empty where statistics are frozen.
  package let statistics: [Statistic]

  /// The version of the operator set that a model must have at least.
  ///
  /// `Model.lift(to:)` lifts an older one. A ScatterElements that adds up what meets in one place, which
  /// rules need, came with 16, LayerNormalization with 17.
  package static let operatorSet = 17

  /// The operators that have a rule, in order.
  package static let operators: [String] = GradientRules.operators

  /// Differentiates a model.
  ///
  /// - Parameters:
  ///   - model: A model of operator set ``operatorSet`` or later, of float32 (or all of it of float64).
  ///   - parameters: The names of the constants that are to be trained; nil for every weight, bias and
  ///     scale that ``DefaultParameters`` finds and the loss depends on.
  ///   - loss: What is to become small.
  ///   - batchNormalization: Which statistics a batch normalization uses.
  /// - Throws: ``GradientError`` where an operator between a parameter and the loss has no rule, for a
  ///   parameter that is no constant of floating-point numbers or on which the loss does not depend, and
  ///   for a model of an older operator set.
  ///
  /// Complexity: O(nodes and bytes of the model).
  package init(
    of model: Model, parameters: Set<String>? = nil, loss: Loss,
    batchNormalization: BatchNormalizationMode
  ) throws(GradientError) {
    var pass = try ReversePass(model, parameters, batchNormalization)
    (target, self.loss) = try pass.addLoss(loss)
    self.parameters = try pass.differentiate()
    outputs = model.outputs.map(\.name)
    statistics = pass.graph.statistics
    self.model = try pass.finished(target: target, loss: self.loss, self.parameters, statistics)
  }
}
