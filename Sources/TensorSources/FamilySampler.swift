internal import Foundation
internal import ScientificMath

/// Draws the undisturbed elements of a tensor.
enum FamilySampler {
  /// Draws `count` values of a family; `rowLength`, the last extent, is the length of a softmax.
  ///
  /// - Throws: ``GSLError`` when memory runs out.
  static func sample(
    _ family: SyntheticTensor.Family, count: Int, rowLength: Int, from source: inout RandomSource
  ) throws(GSLError) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    try source.fill(&values, from: distribution(beneath: family))
    switch family {
    case .relu:
      for index in values.indices {
        values[index] = max(0, values[index])
      }
    case .gelu:
      for index in values.indices {
        let z = Double(values[index])
        values[index] = Float(z * (try SpecialFunctions.normalTail(-z)))
      }
    case .bimodal(let separation):
      let half = separation / 2
      for index in values.indices {
        let center = source.bernoulli(probability: 0.5) ? half : -half
        values[index] = Float(Double(values[index]) + center)
      }
    case .softmax(let scale):
      softmax(&values, rowLength: rowLength, scale: scale)
    case .gaussian, .laplace, .studentT, .cauchy, .logistic, .lognormal, .uniform, .exponential:
      break
    }
    return values
  }

  /// The distribution to draw from before the family's own transformation.
  private static func distribution(beneath family: SyntheticTensor.Family) -> Distribution {
    switch family {
    case .gaussian, .relu, .gelu, .bimodal, .softmax: .gaussian()
    case .laplace: .laplace()
    case .studentT(let dof): .studentT(degreesOfFreedom: dof)
    case .cauchy: .cauchy()
    case .logistic: .logistic()
    case .lognormal(let sigma): .lognormal(sigma: sigma)
    case .uniform: .uniform()
    case .exponential: .exponential()
    }
  }

  /// Replaces every row of standard normal values by the softmax of `scale` times them.
  private static func softmax(_ values: inout [Float], rowLength: Int, scale: Double) {
    // In doubles, so that a row of floats sums to 1 but for the rounding of its elements.
    var row = [Double](repeating: 0, count: rowLength)
    for start in stride(from: 0, to: values.count, by: rowLength) {
      var largest = -Double.infinity
      for column in 0..<rowLength {
        row[column] = scale * Double(values[start + column])
        largest = max(largest, row[column])
      }
      var sum = 0.0
      for column in 0..<rowLength {
        // Relative to the largest logit no exponential overflows, and one of them is 1.
        row[column] = exp(row[column] - largest)
        sum += row[column]
      }
      for column in 0..<rowLength {
        values[start + column] = Float(row[column] / sum)
      }
    }
  }
}
