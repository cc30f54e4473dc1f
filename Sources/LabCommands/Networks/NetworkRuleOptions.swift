internal import ArgumentParser
internal import ExperimentRunner
internal import NetworkQuantization
internal import QuantizationCore
internal import RangeEstimation

/// The options that say how weights and activations get their ranges.
struct NetworkRuleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The rule for weights.", valueName: "rule")) var weights = "mse"
  @Option(help: "Bits of weights, 2 to 16.") var weightBits = 8
  @Option(
    help: ArgumentHelp(
      "The codes of weights: symmetric, symmetric:full, affine, affine:signed, ...",
      valueName: "scheme"))
  var weightScheme = "symmetric"
  @Option(
    help: ArgumentHelp(
      "Which weights share a range: tensor, channel (of the output) or group:N.",
      valueName: "granularity"))
  var weightGranularity = "channel"

  @Option(help: ArgumentHelp("The rule for activations.", valueName: "rule")) var activations =
    "mse"
  @Option(help: "Bits of activations, 2 to 16.") var activationBits = 8
  @Option(help: ArgumentHelp("The codes of activations.", valueName: "scheme"))
  var activationScheme = "affine"

  /// Whether weights get ranges by what they do to the output; the rule for weights is then the one with
  /// the least plain error, beside which they are shown.
  var isOutputAware: Bool { weights == OutputAwareWeights.name }

  /// Refuses output-aware weights where no rule of the registry stands for them.
  func refuseOutputAware() throws {
    guard !isOutputAware else {
      throw LabFailure.usage(
        "--weights \(weights) is for 'model quantize' without --bits-budget; expected a rule of 'rangelab list'"
      )
    }
  }

  /// The rule for weights.
  func weightRule(_ registry: EstimatorRegistry) throws -> NetworkRule {
    guard let sharing = NetworkRule.Sharing(weightGranularity) else {
      throw LabFailure.usage(
        "--weight-granularity cannot be '\(weightGranularity)'; expected tensor, channel or group:N"
      )
    }
    guard !isOutputAware || weightBits <= 8 else {
      throw LabFailure.usage("--weights \(weights) is for at most 8 bits; found \(weightBits)")
    }
    return NetworkRule(
      try registry.parse(isOutputAware ? "mse" : weights),
      on: try grid(weightScheme, weightBits, "--weight"),
      sharing: sharing)
  }

  /// The rule for activations.
  func activationRule(_ registry: EstimatorRegistry) throws -> NetworkRule {
    NetworkRule(
      try registry.parse(activations),
      on: try grid(activationScheme, activationBits, "--activation"))
  }

  /// Integer codes of `SCHEME` or `SCHEME:GRID`, which are those that models can hold.
  private func grid(_ text: String, _ bits: Int, _ option: String) throws -> CodeGrid {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let names = GridFamily.integers.map { "\($0.scheme):\($0.gridName)" }
    guard let scheme = parts.first.flatMap(QuantizationScheme.init(rawValue:)),
      let family = GridFamily(scheme: scheme, gridName: parts.count > 1 ? parts[1] : nil),
      GridFamily.integers.contains(family)
    else {
      throw LabFailure.usage(
        "\(option)-scheme cannot be '\(text)'; expected symmetric, affine, or one of "
          + names.joined(separator: ", "))
    }
    guard let width = BitWidth(bits) else {
      throw LabFailure.usage("\(option)-bits cannot be \(bits); expected 2 to 16")
    }
    return CodeGrid(family, bits: width)
  }
}
