package import NetworkRuntime

/// What the outputs of a batch are compared with.
package enum TrainingTargets: Sendable {
  /// The class of each sample.
  case labels([Int])
  /// The output of another network for the same samples, usually the float model's: no labels are needed.
  case teacher(Session, output: String)

  /// The targets of some samples.
  ///
  /// - Parameters:
  ///   - indices: The samples.
  ///   - inputs: The inputs of the model for them.
  /// - Throws: What running the other network throws.
  func value(_ indices: ArraySlice<Int>, _ inputs: [String: RuntimeValue]) throws -> RuntimeValue {
    switch self {
    case .labels(let labels):
      return try RuntimeValue(indices.map { Int64(labels[$0]) }, shape: [indices.count])
    case .teacher(let session, let output):
      return try session.run(inputs, outputs: [output])[0]
    }
  }

  /// The class of a sample; nothing where nobody knows it.
  func label(_ sample: Int) -> Int? {
    if case .labels(let labels) = self { return labels[sample] }
    return nil
  }
}
