internal import ModelFiles
package import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import QuantizationCore
internal import ResultRecords

/// A network of an experiment: its model, the samples for calibration and for evaluation.
package struct NetworkReference: Sendable {
  /// A file with the path that records use.
  package struct File: Hashable, Sendable {
    /// The path of the file.
    package let path: String
    /// The path as the manifest has it.
    package let relativePath: String
  }

  /// The name in every result.
  package let name: String
  /// The model.
  package let file: File
  /// The samples on which ranges of activations are chosen.
  package let calibration: File
  /// The samples on which the quantized networks are judged; two files for a retrieval task, none where
  /// only tensors are measured.
  package let evaluation: [File]
  /// What is done to numbers that become Floats.
  package let normalization: Normalization?
  /// How many samples are a batch.
  package let batchSize: Int
  /// How many of the calibration samples are used; nothing for all.
  package let samples: Int?
  /// The model, read and prepared.
  package let network: PreparedNetwork

  /// The files that are read.
  package var files: [File] { [file, calibration] + evaluation }

  /// What a run of the model depends on besides the model and the samples, as a text.
  var settings: String {
    let normalization = normalization.map { "\($0.scale) \($0.offset)" } ?? "-"
    return "\(normalization) \(batchSize) \(samples.map(String.init) ?? "all")"
  }

  /// How many batches the calibration samples are.
  ///
  /// - Throws: What reading the headers of the samples throws, and `NetworkDataError` where they do not
  ///   fit the model.
  func calibrationBatches() throws -> Int {
    let set = try SampleSet(
      path: calibration.path, for: network.model.inputs.map(Port.init),
      normalization: normalization)
    let size = set.fixedBatch ?? batchSize
    return ((samples.map(set.prefix) ?? set).count + size - 1) / size
  }

  /// The batches of each choice of a manifest, nothing for all of them.
  ///
  /// - Throws: `BatchFault` where there are no such batches, and as ``calibrationBatches()``.
  func splits(of choices: [CalibrationChoice]) throws -> [CalibrationSplit?] {
    guard choices != [.all] else { return [nil] }
    let count = try calibrationBatches()
    return try choices.map { try $0.split(of: count) }
  }

  /// The name of a tensor in every result: `orientation#conv1_weights`.
  package func name(of tensor: String) -> String { "\(name)#\(tensor)" }
}

/// A tensor of a network: one of its weights, or one of its activations.
package struct NetworkTensor: Hashable, Sendable {
  /// What it is.
  package enum Kind: Hashable, Sendable { case weight, activation }

  /// The index of the network in the manifest.
  package let network: Int
  /// Its name in the model.
  package let name: String
  /// What it is.
  package let kind: Kind
  /// The length of each axis of a weight; empty for an activation, whose shape is known when it runs.
  package let shape: [Int]
}

extension NetworkReference {
  /// The tensors in the order of the model, weights first.
  func tensors(_ index: Int) -> [NetworkTensor] {
    network.placement.weights.map {
      NetworkTensor(network: index, name: $0.name, kind: .weight, shape: $0.shape)
    }
      + network.placement.activations.map {
        NetworkTensor(network: index, name: $0.name, kind: .activation, shape: [])
      }
  }
}

extension Port {
  /// An input as the model describes it.
  fileprivate init(_ port: ModelPort) {
    self.init(
      name: port.name,
      elementType: port.type.flatMap { RuntimeElementType(rawValue: $0.rawValue) } ?? .undefined,
      shape: port.shape ?? [])
  }
}
