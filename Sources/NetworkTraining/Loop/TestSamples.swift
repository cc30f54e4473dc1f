package import ModelFiles
package import NetworkEvaluation
package import NetworkRuntime

/// Samples with labels, on which a network is judged behind each epoch.
package struct TestSamples: Sendable {
  private let samples: SampleTable
  private let labels: [Int]
  private let batchSize: Int
  private let threads: Int
  private let library: RuntimeLibrary

  /// Samples that are run so many at once.
  ///
  /// - Throws: ``TrainingError`` where they have no labels.
  package init(
    _ samples: SampleTable, name: String, batchSize: Int, threads: Int, library: RuntimeLibrary
  ) throws(TrainingError) {
    guard let labels = samples.labels else {
      throw TrainingError("\(name): has no array 'labels'; expected the class of each test sample")
    }
    (self.samples, self.labels, self.library) = (samples, labels, library)
    (self.batchSize, self.threads) = (batchSize, threads)
  }

  /// The number of samples.
  package var count: Int { samples.count }

  /// How many samples have their label as the class with the largest output; quantizers are computed in
  /// float, which is the same on every processor.
  ///
  /// - Throws: What running the model throws, and `NetworkDataError` where an output is no row of scores.
  package func rightAnswers(of model: Model) throws -> Int {
    let session = try Session.exposing(
      [], of: model, library: library,
      options: SessionOptions(threads: threads, keepsQDQInFloat: true))
    let output = try session.judgedOutput(of: model.name)
    var right = 0
    for first in stride(from: 0, to: samples.count, by: batchSize) {
      let indices = first..<min(samples.count, first + batchSize)
      let value = try session.run(try samples.batch(indices), outputs: [output.name])[0]
      let outputs = try SampleOutputs(value, samples: indices.count, of: output)
      right += indices.count { outputs.classes(of: $0 - first) == [labels[$0]] }
    }
    return right
  }
}
