internal import NetworkQuantization
package import QuantizationCore
internal import RangeEstimation

/// The combinations in which the networks of a manifest are quantized.
///
/// The axes of the manifest mean for a network: `bits` are those of weights and activations alike;
/// `schemes` are those of activations, affine where none is given, and weights are symmetric with codes
/// of one magnitude on both sides; `granularities` are those of weights, the output channel where none is
/// given, and an activation is one lane. `channel` is the output channel, whichever axis it is.
package struct NetworkAxes: Sendable {
  /// One way to quantize a network.
  package struct Choice: Hashable, Sendable {
    /// The rule for all tensors.
    package let estimator: String
    /// The codes of weights.
    package let weights: CodeGrid
    /// The codes of activations.
    package let activations: CodeGrid
    /// Which weights share a range.
    package let sharing: NetworkRule.Sharing
  }

  let estimators: [NamedEstimator]
  private let bits: [BitWidth]
  private let schemes: [GridFamily]
  private let sharings: [NetworkRule.Sharing]

  /// - Parameters:
  ///   - formats: The number formats of the manifest.
  ///   - hasSchemes: Whether the manifest says which schemes.
  ///   - granularities: Those of the manifest; nothing where it has none.
  init(
    estimators: [NamedEstimator], formats: [CodeGrid], hasSchemes: Bool,
    granularities: [Granularity]?
  ) {
    self.estimators = estimators
    let integers = formats.filter { GridFamily.integers.contains($0.family) }
    bits = integers.map(\.bits).uniqued
    schemes = hasSchemes ? integers.map(\.family).uniqued : [.affineUnsigned]
    sharings = (granularities?.compactMap(NetworkRule.Sharing.init) ?? [.channel]).uniqued
  }

  /// The codes of a tensor, each once.
  func grids(of kind: NetworkTensor.Kind) -> [CodeGrid] {
    let families = kind == .weight ? [.symmetricNarrow] : schemes
    return bits.flatMap { bits in families.map { CodeGrid($0, bits: bits) } }
  }

  /// The lanes of a weight, each choice once.
  func granularities(of weight: Placement.Weight) -> [Granularity] {
    sharings.map { $0.granularity(of: weight) }.uniqued
  }

  /// Every way to quantize a network.
  var choices: [Choice] {
    sharings.flatMap { sharing in
      estimators.flatMap { estimator in
        bits.flatMap { bits in
          schemes.map { scheme in
            Choice(
              estimator: estimator.name, weights: CodeGrid(.symmetricNarrow, bits: bits),
              activations: CodeGrid(scheme, bits: bits), sharing: sharing)
          }
        }
      }
    }
  }
}

extension NetworkRule.Sharing {
  /// What a granularity of a manifest means for the weights of a network; nothing for blocks.
  fileprivate init?(_ granularity: Granularity) {
    switch granularity.kind {
    case "tensor": self = .tensor
    case "channel": self = .channel
    default:
      guard let size = granularity.groupSize else { return nil }
      self = .group(size)
    }
  }
}

extension Array where Element: Hashable {
  /// Each element once, in the order of first appearance.
  fileprivate var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
