internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import RangeEstimation
internal import RangeFiles
internal import TensorIO

/// `rangelab model calibrate`: chooses a range for every tensor of a model.
struct ModelCalibrateCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Choose the range of every tensor of a model.",
    discussion: """
      Runs the float model once over the samples and writes the ranges of its weights and activations \
      as JSON. DATA is an .npz file with an array for each input, the first axis the samples; a model \
      of one input also takes an .npy file.

      EXAMPLE
        rangelab model calibrate model.onnx --data calibration.npz -o ranges.json
      """)

  @Argument(help: "The float model (.onnx).") var model: String
  @Option(help: ArgumentHelp("The samples (.npz or .npy).", valueName: "file")) var data: String
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the ranges go (.json).", valueName: "file"))
  var output: String
  @OptionGroup var rules: NetworkRuleOptions
  @OptionGroup var placement: PlacementOptions
  @OptionGroup var running: SampleOptions
  @Flag(
    help: "Find the certified optimum of every tensor too, and write how far each range is from it."
  )
  var regret = false
  @OptionGroup var jobs: JobOptions

  mutating func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      var outputs = OutputGuard(inputs: [model, data])
      try outputs.claimEarly(output, for: "--output")
      try rules.refuseOutputAware()
      let rules = try (rules.weightRule(registry), rules.activationRule(registry))
      let network = try PreparedNetwork(model, placement.choice())
      let calibration = NetworkCalibration(network, workers: jobs.workers, includesOptima: regret)
      let progress = NetworkProgress("calibrate")
      let ranges = try calibration.ranges(
        weights: rules.0,
        activations: (rules.1, try running.calibrationRun(network, data)),
        progress: progress.show)
      try writeAtomically(String(decoding: try ranges.json(), as: UTF8.self), to: output)
      StandardError.say(network.report)
    }
  }
}

extension SampleOptions {
  /// The run that calibrates a network on the samples of a file.
  func calibrationRun(
    _ network: PreparedNetwork, _ data: String
  ) throws -> NetworkCalibration.Run {
    let library = try openLibrary()
    let session = try Session.exposing(
      [], of: network.model, library: library, options: SessionOptions(threads: threads))
    return NetworkCalibration.Run(
      try samples(data, for: session), batchSize: batchSize, threads: threads, library: library)
  }
}

extension PreparedNetwork {
  /// What is quantized and what stays float, in a line.
  var report: String {
    let lifted =
      operatorSet < model.operatorSet
      ? "operator set \(operatorSet) lifted to \(model.operatorSet), " : ""
    let normalizations = folded.isEmpty ? "" : "\(folded.count) batch normalizations folded, "
    let counts =
      "\(placement.weights.count) weights, \(placement.activations.count) activations and "
      + "\(placement.biases.count) biases of \(placement.nodes.count) of \(model.nodes.count) nodes"
    return "\(model.name): \(lifted)\(normalizations)quantizing \(counts)"
      + placement.left.map { "\n  float: \($0.node): \($0.reason)" }.joined()
  }
}
