internal import GradientGraphs
internal import NetworkRuntime
internal import TensorIO

/// The mean loss and the mean gradients over batches of samples, summed in Double.
///
/// Takes a Double for each parameter, however many samples there are.
struct GradientAverage {
  /// The parameters of the model.
  let parameters: [GradientGraph.Parameter]
  /// The number of samples that were added.
  private(set) var samples = 0
  private var lossSum = 0.0
  private var sums: [[Double]]
  private let graph: GradientGraph
  private let session: Session
  private let fixed: [String: RuntimeValue]

  /// Begins with no samples.
  ///
  /// - Parameters:
  ///   - graph: The gradient graph.
  ///   - session: A session of its model.
  init(_ graph: GradientGraph, _ session: Session) throws {
    (self.graph, self.session, parameters) = (graph, session, graph.parameters)
    sums = parameters.map { [Double](repeating: 0, count: $0.values.count) }
    var fixed: [String: RuntimeValue] = [:]
    for parameter in parameters {
      fixed[parameter.name] = try RuntimeValue(parameter.values, shape: parameter.shape)
    }
    self.fixed = fixed
  }

  /// The mean loss of a sample.
  var loss: Double { lossSum / Double(max(1, samples)) }

  /// The mean gradient of a parameter.
  func gradient(_ place: Int) -> [Double] { sums[place].map { $0 / Double(max(1, samples)) } }

  /// Adds a batch.
  mutating func add(
    _ inputs: [String: RuntimeValue], targets: RuntimeValue, samples count: Int
  ) throws {
    var values = inputs.merging(fixed) { own, _ in own }
    values[graph.target] = targets
    let results = try session.run(
      values, outputs: [graph.loss] + graph.parameters.map(\.gradient))
    lossSum += try results[0].withFloats { Double($0[0]) } * Double(count)
    for (place, result) in results.dropFirst().enumerated() {
      try result.withFloats { gradient in
        for index in gradient.indices {
          sums[place][index] += Double(gradient[index]) * Double(count)
        }
      }
    }
    samples += count
  }

  /// Writes the gradients, each by the name of its parameter.
  func write(to path: String) throws {
    let writer = try SafetensorsWriter(
      path: path,
      entries: parameters.map {
        SafetensorsEntry(name: $0.name, shape: $0.shape, of: Float.self)
      }, metadata: [("samples", "\(samples)"), ("loss", "\(loss)")])
    for place in parameters.indices {
      try writer.append(gradient(place).map(Float.init), to: place)
    }
    try writer.finish()
  }
}
