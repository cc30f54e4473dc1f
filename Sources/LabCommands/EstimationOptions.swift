internal import ArgumentParser
internal import Foundation
internal import QuantizationCore
internal import RangeEstimation
internal import TensorIO

/// What `estimate` and `quantize` share: which rule, which grid, which lanes.
struct EstimationOptions: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("estimator")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Estimators: a name or name[parameter=value,...].",
      discussion: "See 'rangelab list estimators'.", valueName: "estimator"))
  var estimatorTexts: [String] = []

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

  @Option(help: "What shares a range: tensor, channel:AXIS or group:SIZE.")
  var granularity: String = "tensor"

  @Option(help: "NaN and infinities: error or skip.")
  var nonfinite: String = "error"

  @Flag(
    help: "Find the certified optimum too, up to 8 bits, and show how far each range is from it.")
  var regret = false

  func estimators() throws -> [NamedEstimator] {
    guard !estimatorTexts.isEmpty else { throw LabFailure.usage("no estimator; expected -e NAME") }
    return try estimatorTexts.map { try EstimatorRegistry.builtIn.parse($0) }
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

  func family() throws -> GridFamily {
    guard let scheme = QuantizationScheme(rawValue: scheme) else {
      throw LabFailure.usage("--scheme cannot be '\(scheme)'; expected symmetric or affine")
    }
    guard let family = GridFamily(scheme: scheme, gridName: grid) else {
      let names = GridFamily.families(of: scheme).map(\.gridName).joined(separator: ", ")
      throw LabFailure.usage("--grid cannot be '\(grid ?? "")' with \(scheme); expected \(names)")
    }
    return family
  }

  func laneGranularity() throws -> Granularity {
    guard let found = Granularity(granularity) else {
      throw LabFailure.usage(
        "--granularity cannot be '\(granularity)'; expected tensor, channel:AXIS or group:SIZE")
    }
    return found
  }

  func nonFinitePolicy() throws -> NonFinitePolicy {
    guard let policy = NonFinitePolicy(rawValue: nonfinite) else {
      throw LabFailure.usage("--nonfinite cannot be '\(nonfinite)'; expected error or skip")
    }
    return policy
  }

  /// Takes out of the lists what is neither an estimator nor a bit width but looks like a file:
  /// `-e mse -b 8 weights.npy` reads like `weights.npy -e mse -b 8`.
  mutating func takeTrailingFiles() -> [String] {
    func isFile(_ text: String) -> Bool {
      let path = text.split(separator: "#", maxSplits: 1).first.map(String.init) ?? text
      return [".npy", ".npz", ".safetensors", ".txt", ".csv"].contains(where: path.hasSuffix)
        || FileManager.default.fileExists(atPath: path)
    }
    let registry = EstimatorRegistry.builtIn
    let files =
      estimatorTexts.filter { (try? registry.parse($0)) == nil && isFile($0) }
      + bitTexts.filter { Int($0) == nil && isFile($0) }
    estimatorTexts.removeAll { files.contains($0) }
    bitTexts.removeAll { files.contains($0) }
    return files
  }
}

extension LabFailure {
  static func usage(_ message: String) -> LabFailure { LabFailure("error: \(message)", .usage) }
}
