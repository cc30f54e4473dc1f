internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import RangeEstimation
internal import TensorIO

/// The options that `estimate` and `quantize` share: estimators, number formats and granularity.
struct EstimationOptions: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("estimator")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Estimators: a name or name[parameter=value,...].",
      discussion: "See 'rangelab list estimators'.", valueName: "estimator"))
  var estimatorTexts: [String] = []

  @Option(
    name: .customLong("external"),
    help: ArgumentHelp(
      "A program as one more estimator: its name, and its command split at spaces; may be repeated.",
      valueName: "name=command"))
  var externalTexts: [String] = []

  @Option(
    name: [.customShort("b"), .customLong("bits")], parsing: .upToNextOption,
    help: ArgumentHelp("Bit widths, 2 to 16.", valueName: "bits"))
  var bitTexts: [String] = []

  @Option(help: "The scheme: symmetric or affine.")
  var scheme: String = "symmetric"

  @Option(
    help: """
      The codes: narrow, full or unsigned for symmetric; unsigned or signed for affine. The first \
      is the default.
      """)
  var grid: String?

  @Option(
    name: .customLong("codes"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Number formats in place of bits, scheme and grid: int4-narrow, fp8-e4m3, nf4, mxfp4, ...",
      discussion: "See 'rangelab list codes'.", valueName: "format"))
  var formatTexts: [String] = []

  @Option(
    help: """
      What shares a range: tensor, channel:AXIS, group:SIZE (along the last axis) or \
      group:SIZE@AXIS. Axes count from 0, or from the end as -1.
      """)
  var granularity: String = "tensor"

  @Option(help: "NaN and infinities: error or skip.")
  var nonfinite: String = "error"

  @Flag(
    help: "Find the certified optimum too, up to 8 bits, and show how far each range is from it.")
  var regret = false

  /// The default estimators, all in wide use.
  static let usualEstimators = ["minmax", "percentile", "kl", "mse"]
  /// The default bit widths.
  static let usualBits = ["4", "8"]

  /// Sets the default estimators and bit widths if none are given.
  mutating func fillIn() {
    if estimatorTexts.isEmpty && externalTexts.isEmpty { estimatorTexts = Self.usualEstimators }
    if bitTexts.isEmpty && formatTexts.isEmpty { bitTexts = Self.usualBits }
  }

  func estimators(_ registry: EstimatorRegistry) throws -> [NamedEstimator] {
    let externals = try externalTexts.map { try external($0, registry) }
    let named = try estimatorTexts.map { text in
      try externals.first { $0.name == text } ?? registry.parse(text)
    }
    let all = named + externals.filter { !estimatorTexts.contains($0.name) }
    guard !all.isEmpty else { throw LabFailure.usage("no estimator; expected -e NAME") }
    return all
  }

  private func external(_ text: String, _ registry: EstimatorRegistry) throws -> NamedEstimator {
    guard let equals = text.firstIndex(of: "=") else {
      throw LabFailure.usage("--external cannot be '\(text)'; expected NAME=COMMAND")
    }
    do throws(ExternalRuleFault) {
      return try ExternalRule.named(
        String(text[..<equals]),
        command: text[text.index(after: equals)...].split(separator: " ").map(String.init),
        in: ".", besides: registry)
    } catch {
      throw LabFailure.usage("--external: \(error)")
    }
  }

  func bits() throws -> [BitWidth] {
    guard !bitTexts.isEmpty else { throw LabFailure.usage("no bit width; expected -b BITS") }
    return try bitTexts.map { text in
      guard let bits = Int(text).flatMap(BitWidth.init) else {
        throw LabFailure.usage("--bits cannot be '\(text)'; expected a whole number from 2 to 16")
      }
      return bits
    }
  }

  /// The number formats: first those of `--bits`, `--scheme` and `--grid`, then those of `--codes`.
  func grids() throws -> [CodeGrid] {
    let formats = try formatTexts.map { text in
      guard let format = CodeGrid(text) else {
        throw LabFailure.usage("--codes cannot be '\(text)'; expected \(CodeGrid.expectation)")
      }
      return format
    }
    guard formats.isEmpty || !bitTexts.isEmpty else { return formats }
    let family = try family()
    return try bits().map { CodeGrid(family, bits: $0) } + formats
  }

  private func family() throws -> GridFamily {
    guard let scheme = QuantizationScheme(rawValue: scheme) else {
      throw LabFailure.usage(
        "--scheme cannot be '\(scheme)'; expected symmetric or affine"
          + didYouMean(scheme, among: QuantizationScheme.allCases.map(\.rawValue)))
    }
    guard let family = GridFamily(scheme: scheme, gridName: grid) else {
      let names = GridFamily.families(of: scheme).map(\.gridName)
      throw LabFailure.usage(
        "--grid cannot be '\(grid ?? "")' with \(scheme); expected "
          + names.joined(separator: ", ") + didYouMean(grid ?? "", among: names))
    }
    return family
  }

  func laneGranularity() throws -> Granularity {
    guard let found = Granularity(granularity) else {
      throw LabFailure.usage(
        "--granularity cannot be '\(granularity)'; expected \(Granularity.expectation)"
          + didYouMean(
            String(granularity.prefix { $0 != ":" }), among: Granularity.kinds))
    }
    return found
  }

  func nonFinitePolicy() throws -> NonFinitePolicy {
    guard let policy = NonFinitePolicy(rawValue: nonfinite) else {
      throw LabFailure.usage(
        "--nonfinite cannot be '\(nonfinite)'; expected error or skip"
          + didYouMean(nonfinite, among: ["error", "skip"]))
    }
    return policy
  }

  /// The files of a command line in the order in which they were given.
  ///
  /// They include words after `-e` or `-b` that are neither an estimator nor a bit width, as in `-e
  /// mse -b 8 weights.npy`.
  mutating func takeFiles(_ files: [String], _ registry: EstimatorRegistry) -> [String] {
    func isFile(_ text: String) -> Bool {
      let path = text.split(separator: "#", maxSplits: 1).first.map(String.init) ?? text
      return text == "-" || Self.extensions.contains(where: path.hasSuffix)
        || FileManager.default.fileExists(atPath: path)
    }
    let trailing =
      estimatorTexts.filter { (try? registry.parse($0)) == nil && isFile($0) }
      + bitTexts.filter { Int($0) == nil && isFile($0) }
      + formatTexts.filter { CodeGrid($0) == nil && isFile($0) }
    let taken = Set(trailing)
    estimatorTexts.removeAll { taken.contains($0) }
    bitTexts.removeAll { taken.contains($0) }
    formatTexts.removeAll { taken.contains($0) }
    guard !trailing.isEmpty else { return files }
    // The parser groups words by option, so the order is taken from the command line itself.
    var left = Dictionary((files + trailing).map { ($0, 1) }, uniquingKeysWith: +)
    return CommandLine.arguments.filter { word in
      guard let count = left[word], count > 0 else { return false }
      left[word] = count - 1
      return true
    }
  }

  private static let extensions = [
    ".npy", ".npz", ".safetensors", ".onnx", ".json", ".txt", ".csv",
  ]
}
