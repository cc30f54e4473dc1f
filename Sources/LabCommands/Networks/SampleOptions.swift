internal import ArgumentParser
internal import ExperimentRunner
internal import NetworkEvaluation
internal import NetworkRuntime

/// The options that say how a model is run on samples.
struct SampleOptions: ParsableArguments {
  @Option(help: "How many samples run at once.") var batchSize = 16
  @OptionGroup var runtime: RuntimeOptions

  func validate() throws {
    guard batchSize >= 1 else {
      throw ValidationError("--batch-size cannot be \(batchSize); expected 1 or more.")
    }
  }

  /// Threads of one operator.
  var threads: Int { runtime.threads }

  /// What is done to numbers that become Floats.
  var normalization: Normalization? { runtime.normalization }

  /// The library.
  func openLibrary() throws -> RuntimeLibrary { try runtime.openLibrary() }

  /// The samples in a file, for a model that the library has read.
  func samples(_ path: String, for session: Session) throws -> SampleSet {
    try runtime.samples(path, for: session)
  }
}

/// The options that say how a model is run, whatever the number of samples at once.
struct RuntimeOptions: ParsableArguments {
  @Option(help: "Threads of one operator; with one, every run gives the same bits.")
  var threads = 1
  @Option(
    help: ArgumentHelp("The factor of every number that becomes a Float.", valueName: "factor"))
  var normalizeScale: Float?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("What is added to it.", valueName: "number"))
  var normalizeOffset: Float?
  @Option(
    name: .customLong("onnxruntime"),
    help: ArgumentHelp("The library ONNX Runtime, or its folder.", valueName: "path"))
  var library: String?

  func validate() throws {
    guard threads >= 1 else {
      throw ValidationError("--threads cannot be \(threads); expected 1 or more.")
    }
  }

  /// The library.
  func openLibrary() throws -> RuntimeLibrary { try RuntimeLibrary.open(library) }

  /// What is done to numbers that become Floats.
  var normalization: Normalization? {
    normalizeScale == nil && normalizeOffset == nil
      ? nil : Normalization(scale: normalizeScale ?? 1, offset: normalizeOffset ?? 0)
  }

  /// The samples in a file, for a model that the library has read.
  func samples(_ path: String, for session: Session) throws -> SampleSet {
    try SampleSet(path: path, for: session.inputs, normalization: normalization)
  }
}
