internal import ArgumentParser
internal import ExperimentRunner
internal import Figures
internal import Foundation
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkRuntime
internal import QuantizationCore
internal import RangeEstimation
internal import RangeFiles
internal import Reports
internal import TensorIO

/// `rangelab model sensitivity`: what each tensor alone costs the output.
struct ModelSensitivityCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract: "Quantize each tensor of a model alone and measure what that costs the output.",
    discussion: """
      Ranges come from the rules, on the samples of --data. Each tensor is quantized alone at each \
      width and the model is run on the samples of --evaluation, or on those of --data; its output is \
      compared with the float model's. Tensors are ranked by the squared error of the output at the \
      first width of --bits, which takes the place of --weight-bits and --activation-bits.

      EXAMPLE
        rangelab model sensitivity model.onnx --data calibration.npz --bits 4 8 --figure ranks.svg
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv }

  @Argument(help: "The float model (.onnx).") var model: String
  @Option(help: ArgumentHelp("The samples (.npz or .npy).", valueName: "file")) var data: String
  @Option(
    help: ArgumentHelp(
      "The samples on which outputs are compared; without it those of --data.", valueName: "file"))
  var evaluation: String?
  @Option(parsing: .upToNextOption, help: "The widths, 2 to 16.") var bits: [Int] = [8, 4, 2]
  @Option(help: "How results are printed.") var format: Format = .text
  @Option(help: ArgumentHelp("Where a figure of the ranks goes (.svg).", valueName: "file"))
  var figure: String?
  @OptionGroup var compared: ComparedSamples
  @OptionGroup var rules: NetworkRuleOptions
  @OptionGroup var placement: PlacementOptions
  @OptionGroup var running: SampleOptions
  @OptionGroup var jobs: JobOptions

  func validate() throws {
    guard !bits.isEmpty, bits.allSatisfy({ BitWidth($0) != nil }), Set(bits).count == bits.count
    else {
      let given = bits.map(String.init).joined(separator: " ")
      throw ValidationError(
        "--bits cannot be '\(given)'; expected widths from 2 to 16, each once.")
    }
  }

  mutating func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      var outputs = OutputGuard(inputs: [model, data] + [evaluation].compactMap { $0 })
      if let figure { try outputs.claimEarly(figure, for: "--figure") }
      try rules.refuseOutputAware()
      let rules = try (rules.weightRule(registry), rules.activationRule(registry))
      let network = try PreparedNetwork(model, placement.choice())
      let run = try running.calibrationRun(network, data)
      let widths = bits.compactMap(BitWidth.init)
      let workers = jobs.workers
      let sets = try NetworkCalibration(network, workers: workers).rangeSets(
        weights: widths.map(rules.0.at), activations: (widths.map(rules.1.at), run),
        progress: NetworkProgress("sensitivity").show)
      let float = try compared.reference(
        network,
        try evaluation.map { try running.samples($0, for: network, run.library) }
          ?? run.samples, running, run.library)
      let progress = NetworkProgress("sensitivity")
      let tensors = sets[0].tensors.indices
      let sensitivity = try NetworkSensitivity(
        network, tensors.flatMap { tensor in sets.map { $0.tensors[tensor] } }, against: float,
        workers: workers
      ) { progress.show("models", $0, $1) }
      let document = SensitivityDocument(
        sensitivity, model: model, bits: bits, library: run.library)
      switch format {
      case .json: print(try EstimateDocument.json(document), terminator: "")
      case .text: print(document.table, terminator: "")
      case .csv: print(document.csv, terminator: "")
      }
      if let figure {
        let drawn = SensitivityFigure(
          model: network.model.name, widths: bits, rows: document.figureRows,
          samples: document.samples)
        try writeAtomically(drawn.figure.svg, to: figure)
      }
    }
  }
}

/// The option that says how many samples decide what a tensor costs.
struct ComparedSamples: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many samples, from the first on, decide what a tensor costs the output.",
      valueName: "count"))
  var samples = 128

  func validate() throws {
    guard samples >= 1 else {
      throw ValidationError("--samples cannot be \(samples); expected 1 or more.")
    }
  }

  /// The outputs of the float network.
  func reference(
    _ network: PreparedNetwork, _ set: SampleSet, _ running: SampleOptions,
    _ library: RuntimeLibrary
  ) throws -> OutputReference {
    try OutputReference(
      network.model, on: set, limit: samples, batchSize: running.batchSize, library: library)
  }
}

extension SampleOptions {
  /// The samples in a file, for a network.
  func samples(
    _ path: String, for network: PreparedNetwork, _ library: RuntimeLibrary
  ) throws -> SampleSet {
    let session = try Session.exposing(
      [], of: network.model, library: library, options: SessionOptions())
    return try samples(path, for: session)
  }
}
