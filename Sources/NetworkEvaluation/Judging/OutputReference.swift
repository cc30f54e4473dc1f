package import ModelFiles
package import NetworkRuntime

/// The outputs of a float model on some samples, kept, so that many other models are compared with it
/// while it runs once.
package struct OutputReference: Sendable {
  /// A model against the reference.
  package struct Comparison: Sendable {
    /// How far the outputs are from the reference.
    package fileprivate(set) var errors = OutputErrors()
    /// The samples with the classes of the reference.
    package fileprivate(set) var agreeing = 0
    /// The samples with the right class; nothing without labels.
    package fileprivate(set) var right: Int?
    /// The number of samples.
    package fileprivate(set) var samples = 0
  }

  /// The reference against itself: its right answers and its signal.
  package let own: Comparison
  private let samples: SampleSet
  private let count: Int
  private let batchSize: Int
  private let library: RuntimeLibrary
  private let output: Port
  private let batches: [SampleOutputs]

  /// The bytes of outputs that are kept at most.
  private static let memoryLimit = 256 << 20

  /// Runs the float model.
  ///
  /// - Parameters:
  ///   - model: The float model.
  ///   - samples: What it is run on.
  ///   - limit: How many samples are taken, from the first on.
  ///   - batchSize: How many run at once.
  ///   - library: The library that runs it, on one thread, so that results repeat.
  /// - Throws: `RuntimeError`; ``NetworkDataError`` where the outputs are no Floats or too many.
  package init(
    _ model: Model, on samples: SampleSet, limit: Int, batchSize: Int, library: RuntimeLibrary
  ) throws {
    let step = samples.fixedBatch ?? 1
    let count = max(step, min(samples.count, limit) / step * step)
    self.count = count
    (self.samples, self.batchSize, self.library) = (samples, batchSize, library)
    let session = try Self.session(model, library)
    let output = try session.judgedOutput(of: model.name)
    self.output = output
    var batches: [SampleOutputs] = []
    var own = Comparison()
    var bytes = 0
    try samples.forEachBatch(of: batchSize, limit: count) { first, inputs in
      let taken = min(samples.fixedBatch ?? batchSize, count - first)
      let value = try session.run(inputs, outputs: [output.name])[0]
      let outputs = try SampleOutputs(value, samples: taken, of: output)
      bytes += 4 * outputs.values.count
      guard bytes <= Self.memoryLimit else {
        throw NetworkDataError(
          "\(model.name): the outputs of \(first + taken) samples take \(bytes >> 20) MiB; expected "
            + "at most \(Self.memoryLimit >> 20): take fewer samples")
      }
      batches.append(outputs)
      own.add(outputs, outputs, labels: samples.labels.map { $0[first..<first + taken] })
    }
    (self.batches, self.own) = (batches, own)
  }

  /// Runs another model on the same samples.
  ///
  /// - Throws: `RuntimeError`; ``NetworkDataError`` where its outputs have another shape.
  package func compare(_ model: Model) throws -> Comparison {
    let session = try Self.session(model, library)
    var comparison = Comparison()
    var place = 0
    try samples.forEachBatch(of: batchSize, limit: count) { first, inputs in
      let float = batches[place]
      place += 1
      let value = try session.run(inputs, outputs: [output.name])[0]
      let outputs = try SampleOutputs(value, samples: float.count, of: output)
      guard outputs.values.count == float.values.count else {
        throw NetworkDataError(
          "\(model.name): an output has \(outputs.values.count) values; expected "
            + "\(float.values.count), as the float model has")
      }
      comparison.add(
        float, outputs, labels: samples.labels.map { $0[first..<first + float.count] })
    }
    return comparison
  }

  private static func session(_ model: Model, _ library: RuntimeLibrary) throws -> Session {
    try Session.exposing(
      [], of: model, library: library, options: SessionOptions(threads: 1, keepsQDQInFloat: true))
  }
}

extension OutputReference.Comparison {
  fileprivate mutating func add(
    _ float: SampleOutputs, _ outputs: SampleOutputs, labels: ArraySlice<Int>?
  ) {
    samples += float.count
    errors.add(float.values, outputs.values, width: float.width)
    let classes = (0..<float.count).map { outputs.classes(of: $0) }
    agreeing += classes.indices.count { classes[$0] == float.classes(of: $0) }
    guard let labels, float.isOneRow else { return }
    right = (right ?? 0) + zip(labels, classes).count { [$0] == $1 }
  }

  /// The share of right answers; nothing without labels.
  package var accuracy: Double? { right.map { Double($0) / Double(max(1, samples)) } }

  /// The share of samples with the classes of the reference.
  package var agreement: Double { Double(agreeing) / Double(max(1, samples)) }
}
