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
  ///
  /// Adam moves every value by about the rate, whatever the size of its gradient, and a scale of 0.01 is
  /// lost after a step of 0.001: scales move by shares of what they began with.
  package let rateFactor: Float
  /// Whether weight decay is for it: for weights, and not for biases, normalizations and scales.
  package let decays: Bool
  /// Whether values must stay above zero, as scales do.
  package let isPositive: Bool

  /// The places of the values that are zero for good.
  package var zeros: [Int] = []

  /// A parameter.
  package init(
    name: String, shape: [Int], gradient: String?, rateFactor: Float = 1, decays: Bool = false,
    isPositive: Bool = false
  ) {
    (self.name, self.shape, self.gradient) = (name, shape, gradient)
    (self.rateFactor, self.decays, self.isPositive) = (rateFactor, decays, isPositive)
  }

  /// The role of a parameter of a graph.
  ///
  /// - Parameters:
  ///   - parameter: The parameter.
  ///   - scales: The names of those that are scales.
  ///   - optimizer: What will move it.
  package init(
    _ parameter: GradientGraph.Parameter, scales: Set<String>, optimizer: Optimizer
  ) {
    let isScale = scales.contains(parameter.name)
    var factor: Float = 1
    if isScale, case .adam = optimizer.method {
      factor = parameter.values.reduce(0, +) / Float(max(1, parameter.values.count))
    }
    self.init(
      name: parameter.name, shape: parameter.shape, gradient: parameter.gradient,
      rateFactor: factor, decays: !isScale && parameter.shape.count > 1, isPositive: isScale)
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
    let least = isPositive ? values.map { $0 / 2 } : []
    optimizer.update(
      &values, &moments, gradient: gradient, rate: rate * rateFactor, step: step, decays: decays)
    // A step that would more than halve a scale halves it: none passes zero.
    for (index, bound) in least.enumerated() where !(values[index] > bound) {
      values[index] = max(bound, .leastNormalMagnitude)
    }
    for index in zeros {
      values[index] = 0
      for moment in moments.indices { moments[moment][index] = 0 }
    }
  }
}
