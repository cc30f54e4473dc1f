internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import QuantizationCore
internal import RangeEstimation
internal import RangeFiles
internal import ResultRecords
internal import TensorIO

/// `rangelab model quantize`: writes a quantized model.
struct ModelQuantizeCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Quantize a model.",
    discussion: """
      MODES
        static   weights and activations have fixed ranges (QuantizeLinear and DequantizeLinear)
        dynamic  activations get a range while the model runs (DynamicQuantizeLinear, MatMulInteger)
        weights  weights only (DequantizeLinear); activations stay float

      Ranges come from --ranges, or from the rules; then static needs --data. Widths that no type of \
      ONNX has are simulated: their codes lie in the next larger type.

      --weights output-aware weighs the error of each weight by the mean square of the input channel that \
      it is multiplied by, on the samples of --data.

      With --bits-budget each weight gets a width of its own: those whose costs add up to the least \
      under the budget, where the cost of a weight at a width is the squared error of the output when \
      it alone is quantized, on the samples of --data. The choice is measured beside one width for \
      all. Activations have --activation-bits.

      EXAMPLES
        rangelab model quantize model.onnx --data calibration.npz -o quantized.onnx
        rangelab model quantize model.onnx --data calibration.npz --bits-budget 4.5 -o mixed.onnx
        rangelab model quantize model.onnx --mode weights --weight-bits 4 --weight-granularity group:32 -o w4.onnx
      """)

  @Argument(help: "The float model (.onnx).") var model: String
  @Option(help: ArgumentHelp("The samples (.npz or .npy).", valueName: "file")) var data: String?
  @Option(
    help: ArgumentHelp("The ranges (.json), as 'model calibrate' writes them.", valueName: "file"))
  var ranges: String?
  @Option(help: "How the model computes: static, dynamic or weights.")
  var mode: QuantizationMode = .static
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the model goes (.onnx).", valueName: "file"))
  var output: String
  @OptionGroup var budget: BitBudgetOptions
  @OptionGroup var rules: NetworkRuleOptions
  @OptionGroup var placement: PlacementOptions
  @OptionGroup var running: SampleOptions
  @OptionGroup var jobs: JobOptions

  func validate() throws {
    guard budget.bitsBudget != nil else { return }
    guard ranges == nil, mode != .dynamic, data != nil else {
      throw ValidationError(
        "--bits-budget needs --data, and the mode static or weights without --ranges.")
    }
  }

  mutating func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      var outputs = OutputGuard(inputs: [model] + [data, ranges].compactMap { $0 })
      try outputs.claimEarly(output, for: "--output")
      if let figure = budget.figure { try outputs.claimEarly(figure, for: "--figure") }
      let network = try PreparedNetwork(model, placement.choice())
      let ranges = try ranges.map { try RangeSet(file: $0) } ?? chosenRanges(network, registry)
      let quantized =
        switch mode {
        case .static:
          try network.model.quantized(network.placement, ranges) { try network.values(of: $0) }
        case .weights:
          try network.model.quantized(network.placement, ranges.weightsOnly) {
            try network.values(of: $0)
          }
        case .dynamic:
          try network.model.quantizedDynamically(network.placement, ranges) {
            try network.values(of: $0)
          }
        }
      try write(quantized, of: network)
    }
  }

  /// The ranges that the rules choose.
  private func chosenRanges(
    _ network: PreparedNetwork, _ registry: EstimatorRegistry
  ) throws -> RangeSet {
    let calibration = NetworkCalibration(network, workers: jobs.workers)
    let weights = try rules.weightRule(registry)
    if let meanBits = budget.bitsBudget, let data {
      try rules.refuseOutputAware()
      return try budgetedRanges(calibration, weights, registry, data, meanBits)
    }
    if rules.isOutputAware { return try outputAwareRanges(calibration, weights, registry) }
    guard mode == .static else { return try calibration.ranges(weights: weights, activations: nil) }
    guard let data else {
      throw LabFailure.usage("static ranges of activations need --data or --ranges")
    }
    return try calibration.ranges(
      weights: weights,
      activations: (
        try rules.activationRule(registry),
        try running.calibrationRun(network, data)
      ), progress: NetworkProgress("quantize").show)
  }

  /// The ranges of weights by what they do to the output, and those of activations.
  private func outputAwareRanges(
    _ calibration: NetworkCalibration, _ weights: NetworkRule, _ registry: EstimatorRegistry
  ) throws -> RangeSet {
    guard let data else {
      throw LabFailure.usage("--weights \(rules.weights) needs --data, whose inputs it weighs by")
    }
    let activations = mode == .static ? try rules.activationRule(registry) : nil
    let run = try running.calibrationRun(calibration.network, data)
    let aware = try calibration.outputAwareWeights(
      weights, run, progress: NetworkProgress("quantize").show)
    var ranges = try calibration.ranges(
      weights: nil, activations: activations.map { ($0, run) },
      progress: NetworkProgress("quantize").show)
    ranges.tensors += aware.ranges
    StandardError.say(aware.report)
    return ranges
  }

  /// The ranges of weights that have widths under a budget, and those of activations.
  private func budgetedRanges(
    _ calibration: NetworkCalibration, _ weights: NetworkRule, _ registry: EstimatorRegistry,
    _ data: String, _ meanBits: Double
  ) throws -> RangeSet {
    let activations = mode == .static ? try rules.activationRule(registry) : nil
    let run = try running.calibrationRun(calibration.network, data)
    let chosen = try budget.weights(
      calibration, weights, run, meanBits: meanBits, running, NetworkProgress("quantize"))
    print(chosen.table, terminator: "")
    StandardError.say(chosen.summary)
    if let figure = budget.figure {
      try writeAtomically(chosen.drawing(calibration.network.model.name), to: figure)
    }
    var ranges = try calibration.ranges(
      weights: nil, activations: activations.map { ($0, run) },
      progress: NetworkProgress("quantize").show)
    ranges.tensors += chosen.chosen.ranges
    return ranges
  }

  private func write(_ quantized: QuantizedModel, of network: PreparedNetwork) throws {
    let bytes = try quantized.model.bytes()
    try quantized.model.copyExternalFiles(besides: output)
    try writeAtomically(Array(bytes), to: output)
    StandardError.say(network.report)
    for remark in quantized.remarks { StandardError.say("  \(remark)") }
    StandardError.say(quantized.sizes.description)
  }
}

extension OutputAwareWeights {
  /// Both errors against those of the ranges with the least plain error.
  fileprivate var report: String {
    func percent(_ ratio: Double) -> String { String(format: "%+.1f %%", 100 * (ratio - 1)) }
    let alike =
      unweighted.isEmpty ? "" : "; \(counted(unweighted.count, "weight")) without known inputs"
    return "output-aware weights against those with the least squared error: weighted error "
      + "\(percent(ratio(\.weighted))), plain error \(percent(ratio(\.plain)))\(alike)"
  }
}

extension QuantizationMode: ExpressibleByArgument {}

extension RangeSet {
  /// The ranges of the weights alone.
  fileprivate var weightsOnly: RangeSet {
    RangeSet(model: model, tensors: tensors.filter { $0.kind == .weight })
  }
}

extension ModelSizes: CustomStringConvertible {
  /// The parts in bytes.
  package var description: String {
    "\(total) bytes: \(codes) codes, \(scales) scales, \(zeroPoints) zero points, \(biases) biases, "
      + "\(floats) constants in float, \(rest) everything else"
  }
}

extension Model {
  /// Copies the files of external data beside another model, so that it finds them.
  func copyExternalFiles(besides output: String) throws {
    let target = URL(fileURLWithPath: output).deletingLastPathComponent()
    for file in externalFiles {
      let (source, copy) = (
        URL(fileURLWithPath: folder).appending(path: file), target.appending(path: file)
      )
      guard source.standardizedFileURL != copy.standardizedFileURL else { continue }
      guard !FileManager.default.fileExists(atPath: copy.path) else {
        // Another file of that name would be read as the weights.
        guard FileManager.default.contentsEqual(atPath: source.path, andPath: copy.path) else {
          throw LabFailure.usage(
            "\(copy.path) is there and is not \(source.path), whose values the model reads; write the "
              + "model to another folder")
        }
        continue
      }
      try FileManager.default.createDirectory(
        at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: source, to: copy)
    }
  }
}
