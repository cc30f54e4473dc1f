package import GradientGraphs

/// One parameter of a network while it is trained.
package struct TrainedParameter: Sendable {
  /// The name of the graph's input.
  package let name: String
  /// The length of each axis.
  package let shape: [Int]
  /// The output with its gradient; nothing where it moves by other rules, or not at all.
  package let gradient: String?
  /// What the rate is multiplied by.
  package let rateFactor: Float
  /// Whether weight decay is for it: for weights, and not for biases, normalizations and scales.
  package let decays: Bool
  /// What it is to a quantizer; nothing for weights and biases.
  package let quantizer: QuantizerParameter?

  /// The places of the values that are zero for good.
  package var zeros: [Int] = []

  /// A parameter.
  package init(
    name: String, shape: [Int], gradient: String?, rateFactor: Float = 1, decays: Bool = false,
    quantizer: QuantizerParameter? = nil
  ) {
    (self.name, self.shape, self.gradient) = (name, shape, gradient)
    (self.rateFactor, self.decays, self.quantizer) = (rateFactor, decays, quantizer)
  }

  /// The role of a parameter of a graph.
  ///
  /// - Parameters:
  ///   - parameter: The parameter.
  ///   - learned: Those that are scales and zero points, by name.
  ///   - optimizer: What will move it.
  package init(
    _ parameter: GradientGraph.Parameter, learned: [String: QuantizerParameter],
    optimizer: Optimizer
  ) {
    let quantizer = learned[parameter.name]
    var factor: Float = 1
    if let quantizer, case .adam = optimizer.method {
      factor = quantizer.rateFactor(parameter.values)
    }
    self.init(
      name: parameter.name, shape: parameter.shape, gradient: parameter.gradient,
      rateFactor: factor, decays: quantizer == nil && parameter.shape.count > 1,
      quantizer: quantizer)
  }

  /// Moves the values by their gradient.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - moments: What the optimizer keeps.
  ///   - gradient: The gradient, row by row.
  func move(
    _ values: inout [Float], _ moments: inout [[Float]], by optimizer: Optimizer,
    gradient: Span<Float>, rate: Float, step: Int
  ) {
    let before = quantizer == nil ? [] : values
    optimizer.update(
      &values, &moments, gradient: gradient, rate: rate * rateFactor, step: step, decays: decays)
    if let quantizer {
      for index in values.indices {
        values[index] = quantizer.kept(values[index], before: before[index])
      }
    }
    for index in zeros {
      values[index] = 0
      for moment in moments.indices { moments[moment][index] = 0 }
    }
  }
}
