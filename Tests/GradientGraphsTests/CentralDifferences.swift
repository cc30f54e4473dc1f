import GradientGraphs
import ModelFiles
import NetworkRuntime
import _TestSupport

/// The gradient of a case beside its central differences.
struct CentralDifferences {
  /// The largest difference of a variable's gradient, divided by the largest element of that gradient;
  /// the largest over all variables.
  let largest: Double
  /// The largest element of each gradient: a case whose gradients vanish shows nothing.
  let sizes: [Double]

  /// Half the distance between the two points.
  ///
  /// Of values around 1 the error of the difference is about `step²` times a third derivative, 1e-10, and
  /// `2^-53 / step`, 1e-11.
  static let step = 1e-5

  /// Compares, for shapes that are known before the model runs and for shapes that are not.
  init(_ subject: GradientCase, library: RuntimeLibrary) throws {
    let graphs = try [false, true].map { hiding in
      try GradientGraph(
        of: subject.model(hiding: hiding), parameters: Set(subject.variables.map(\.name)),
        loss: .meanSquaredError, batchNormalization: subject.mode)
    }
    let sessions = try graphs.map {
      try Session(
        bytes: $0.model.bytes(), library: library, options: SessionOptions(optimization: .basic))
    }
    let values = subject.variables.map(\.values)
    var inputs = try subject.inputs(values)
    let target = graphs[0].target
    // The shape of the output is known when the model has run, for which any targets will do.
    let port = graphs[0].model.inputs.first { $0.name == target }
    let some = (port?.shape ?? [1]).map { $0 ?? 1 }
    inputs[target] = try subject.value([Double](repeating: 0, count: some.reduce(1, *)), some)
    let shape = try sessions[0].run(inputs, outputs: ["y"])[0].shape
    var generator = SplitMix(seed: 5)
    let targets = (0..<shape.reduce(1, *)).map { _ in Double.random(in: -1...1, using: &generator) }
    inputs[target] = try subject.value(targets, shape)

    func loss(_ values: [[Double]]) throws -> Double {
      if let reference = subject.reference {
        let errors = zip(reference(values), targets).map { ($0 - $1) * ($0 - $1) }
        return errors.reduce(0, +) / Double(targets.count)
      }
      let changed = try inputs.merging(subject.inputs(values)) { $1 }
      return try sessions[0].run(changed, outputs: [graphs[0].loss])[0].doubles[0]
    }

    var (worst, sizes): (Double, [Double]) = (0, [])
    for (place, variable) in subject.variables.enumerated() {
      let factor = subject.factors.isEmpty ? 1 : subject.factors[place]
      let differences = try variable.values.indices.map { index in
        var (up, down) = (values, values)
        up[place][index] += Self.step
        down[place][index] -= Self.step
        return try factor * (loss(up) - loss(down)) / (2 * Self.step)
      }
      let size = differences.reduce(0) { max($0, abs($1)) }
      sizes.append(size)
      for (graph, session) in zip(graphs, sessions) {
        let parameter = graph.parameters.first { $0.name == variable.name }
        let gradient = try session.run(inputs, outputs: [parameter?.gradient ?? ""])[0]
        guard gradient.shape == variable.shape else { throw WrongShape(shape: gradient.shape) }
        for (own, other) in zip(gradient.doubles, differences) {
          // A NaN is the largest of all differences.
          let difference = abs(own - other) / size
          worst = difference <= worst ? worst : difference
        }
      }
    }
    (largest, self.sizes) = (worst, sizes)
  }

  struct WrongShape: Error { let shape: [Int] }
}

extension GradientCase {
  /// Values as a tensor of the type of the case.
  func value(_ values: [Double], _ shape: [Int]) throws -> RuntimeValue {
    isDouble
      ? try RuntimeValue(copying: values.span.bytes, type: .float64, shape: shape)
      : try RuntimeValue(values.map(Float.init), shape: shape)
  }

  /// The variables as inputs.
  func inputs(_ values: [[Double]]) throws -> [String: RuntimeValue] {
    try Dictionary(
      uniqueKeysWithValues: zip(variables, values).map {
        ($0.name, try value($1, $0.shape))
      })
  }
}

extension RuntimeValue {
  /// Its elements as Doubles, of a tensor of float32 or float64.
  var doubles: [Double] {
    withBytes { bytes in
      (0..<count).map { index in
        type == .float64
          ? bytes.unsafeLoadUnaligned(fromByteOffset: 8 * index, as: Double.self)
          : Double(bytes.unsafeLoadUnaligned(fromByteOffset: 4 * index, as: Float.self))
      }
    }
  }
}
