internal import Foundation
internal import GradientGraphs
internal import Reports

/// What `model gradients` prints.
struct GradientDocument: Encodable {
  /// A parameter with its gradient.
  struct Row: Encodable {
    let tensor: String
    let shape: [Int]
    /// The Euclidean norm of the parameter.
    let norm: Double
    /// The Euclidean norm of its gradient.
    let gradientNorm: Double
    /// The largest element of the gradient, without its sign.
    let gradientLargest: Double
  }

  let model: String
  let loss: String
  let samples: Int
  let meanLoss: Double
  let tensors: [Row]

  init(_ average: GradientAverage, model: String, loss: String) {
    (self.model, self.loss) = (model, loss)
    (samples, meanLoss) = (average.samples, average.loss)
    tensors = average.parameters.enumerated().map { place, parameter in
      let gradient = average.gradient(place)
      return Row(
        tensor: parameter.name, shape: parameter.shape,
        norm: Self.norm(parameter.values.map(Double.init)), gradientNorm: Self.norm(gradient),
        gradientLargest: gradient.reduce(0) { max($0, abs($1)) })
    }
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// As text for a terminal.
  var text: String {
    var table = MarkdownTable(
      ["tensor", "shape", "norm", "norm of gradient", "largest of gradient"], leftColumns: 2)
    for row in tensors {
      let numbers = [row.norm, row.gradientNorm, row.gradientLargest]
      table.add([row.tensor, "\(row.shape)"] + numbers.map { String(format: "%.6g", $0) })
    }
    return "\(model): mean \(loss) \(String(format: "%.8g", meanLoss)) of \(samples) samples\n\n"
      + table.text
  }
}
