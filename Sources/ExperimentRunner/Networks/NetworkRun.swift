internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkRuntime
internal import QuantizationCore
internal import TensorIO

/// One float run of a network, which makes its activations ordinary tensors for the time being.
struct NetworkRun {
  private let network: NetworkReference

  init(_ network: NetworkReference) { self.network = network }

  /// Runs the network and hands on work items whose tensors can be read now, group after group.
  ///
  /// - Parameters:
  ///   - items: Items of activations of the network.
  ///   - progress: Called after each batch with the samples done.
  ///   - body: Works through some items; reads the batches of an item by the function given.
  /// - Throws: `RuntimeError`, `NetworkDataError` where samples do not fit or a value is not finite, and
  ///   what reading samples and writing files throw.
  func forEachGroup(
    of items: [WorkItem], progress: (_ done: Int, _ all: Int) -> Void,
    _ body: ([WorkItem], @escaping @Sendable (WorkItem) throws -> TensorBatches) throws -> Void
  ) throws {
    let library = try RuntimeLibrary.open()
    let session = try Session.exposing(
      [], of: network.network.model, library: library, options: SessionOptions())
    let samples = try SampleSet(
      path: network.calibration.path, for: session.inputs, normalization: network.normalization)
    let names = items.compactMap(Self.name)
    let run = ActivationRun(
      network.network.model, on: network.samples.map(samples.prefix) ?? samples,
      batchSize: network.batchSize, threads: 1, library: library)
    try run.forEachGroup(of: names, progress: progress) { files in
      let byName = Dictionary(files.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      // Largest first, so that no long one is left for the end.
      let ready = items.filter { Self.name($0).map { byName[$0] != nil } ?? false }
        .sorted {
          byName[Self.name($0) ?? ""]?.count ?? 0 > byName[Self.name($1) ?? ""]?.count ?? 0
        }
      try body(ready) { item in
        guard let file = byName[Self.name(item) ?? ""] else {
          throw NetworkDataError("\(item.tensor.name): was not run")
        }
        return try TensorBatches(file)
      }
    }
  }

  private static func name(_ item: WorkItem) -> String? {
    if case .network(let tensor) = item.tensor.origin { tensor.name } else { nil }
  }
}

extension TensorBatches {
  /// The batches of an activation of a network.
  init(_ file: ActivationFile) throws {
    try self.init(
      [TensorInput(file.path, shape: [file.count])], BatchLayout(sequence: file.shapes), .tensor,
      nonFinite: .error)
  }
}
