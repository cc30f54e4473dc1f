/// How parameters follow their gradients.
///
/// Both methods see the gradients of a batch only, and keep sums of earlier ones for each value. All
/// arithmetic is in Float, element by element, so that the same gradients give the same bits everywhere.
package struct Optimizer: Hashable, Sendable, Codable {
  /// The method, with what it is set to.
  package enum Method: Hashable, Sendable, Codable {
    /// Stochastic gradient descent: `v = m v + g`, `w = w - r v`.
    case momentum(Float)
    /// Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015:
    /// `a = b1 a + (1 - b1) g`, `q = b2 q + (1 - b2) g^2`, and
    /// `w = w - r (a / (1 - b1^t)) / (sqrt(q / (1 - b2^t)) + 1e-8)` at step t.
    case adam(first: Float, second: Float)
  }

  /// The method.
  package let method: Method
  /// The pull of each weight towards zero: with momentum `g` gets `d w` (an L2 penalty), with Adam `w` loses
  /// `r d w` (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019).
  package let weightDecay: Float

  /// A method and its weight decay.
  package init(_ method: Method, weightDecay: Float = 0) {
    (self.method, self.weightDecay) = (method, weightDecay)
  }

  /// The method as is usual: with these moments of 0.9 and 0.999.
  package static let adam = Method.adam(first: 0.9, second: 0.999)

  /// How many numbers are kept for each value of a parameter.
  package var momentCount: Int {
    switch method {
    case .momentum: 1
    case .adam: 2
    }
  }

  /// Moves one parameter.
  ///
  /// - Parameters:
  ///   - values: The parameter.
  ///   - moments: What is kept, ``momentCount`` arrays as long as the parameter; zeros at the beginning.
  ///   - gradient: Its gradient.
  ///   - rate: The length of the step.
  ///   - step: The number of the step, from 1 on.
  ///   - decays: Whether weight decay is for this parameter.
  ///
  /// Complexity: O(values), in place.
  package func update(
    _ values: inout [Float], _ moments: inout [[Float]], gradient: Span<Float>, rate: Float,
    step: Int, decays: Bool
  ) {
    precondition(
      gradient.count == values.count && moments.count == momentCount, "arrays of one length")
    let decay = decays ? weightDecay : 0
    switch method {
    case .momentum(let momentum):
      var velocity = moments[0].mutableSpan
      var values = values.mutableSpan
      for index in values.indices {
        let moved = momentum * velocity[index] + (gradient[index] + decay * values[index])
        velocity[index] = moved
        values[index] -= rate * moved
      }
    case .adam(let first, let second):
      // In Double: the difference to 1 would lose most of its digits in Float.
      let firstBias = Float(1 - power(first, step))
      let secondBias = Float(1 - power(second, step))
      adam(
        &values, &moments, gradient, rate, decay,
        AdamStep(first: first, second: second, firstBias: firstBias, secondBias: secondBias))
    }
  }

  private struct AdamStep {
    let first: Float
    let second: Float
    let firstBias: Float
    let secondBias: Float
  }

  private func adam(
    _ values: inout [Float], _ moments: inout [[Float]], _ gradient: Span<Float>, _ rate: Float,
    _ decay: Float, _ step: AdamStep
  ) {
    var averages = moments[0]
    var squares = moments[1]
    // Taken out, so that each array has one owner while it is written.
    moments[0] = []
    moments[1] = []
    for index in values.indices {
      let slope = gradient[index]
      let average = step.first * averages[index] + (1 - step.first) * slope
      let square = step.second * squares[index] + (1 - step.second) * (slope * slope)
      averages[index] = average
      squares[index] = square
      let direction =
        (average / step.firstBias) / ((square / step.secondBias).squareRoot() + 1e-8)
      values[index] -= rate * (direction + decay * values[index])
    }
    moments[0] = averages
    moments[1] = squares
  }

  /// `base^exponent` by repeated squaring: the same bits with every mathematics library.
  private func power(_ base: Float, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, Double(base), exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
