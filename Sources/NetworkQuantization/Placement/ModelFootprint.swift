package import ModelFiles

/// What the numbers of a network take in memory, in bytes, in one of the ways textbooks compare.
///
/// Counted are the numbers that a runtime needs, whatever the format of the file: a code for each weight,
/// a Float32 scale for each lane and activation, an 8-bit zero point for each where the scheme is affine,
/// 32 bits for each bias, and 32 bits for every other number that stays float. Names and the graph are
/// left out; `ModelSizes` has the parts of a real file.
package struct ModelFootprint: Sendable {
  /// How weights and activations are stored.
  package struct Way: Hashable, Sendable {
    /// Bits of a weight; 32 for Float32 without any quantizer.
    package let bits: Int
    /// Whether quantizers have zero points.
    package let isAffine: Bool
    /// Whether each output channel has a quantizer, or each tensor.
    package let isPerChannel: Bool
    /// The weights of a group with a quantizer of its own, along the inputs of a matrix; nothing for none.
    ///
    /// Weights of convolutions have one by channel then.
    package let group: Int?

    /// A way to store numbers.
    package init(
      bits: Int, isAffine: Bool = false, isPerChannel: Bool = false, group: Int? = nil
    ) {
      (self.bits, self.isAffine, self.group) = (bits, isAffine, group)
      self.isPerChannel = isPerChannel || group != nil
    }

    /// In words, such as `8 bits, affine, by channel`.
    package var name: String {
      let lanes = group.map { "group of \($0)" } ?? (isPerChannel ? "channel" : "tensor")
      return bits == 32
        ? "32-bit float" : "\(bits) bits, \(isAffine ? "affine" : "symmetric"), by \(lanes)"
    }

    /// The lanes of a weight: each has a scale.
    package func lanes(_ weight: Placement.Weight) -> Int {
      let channels = weight.shape[weight.axis]
      guard let group, let axis = weight.groupAxis else { return isPerChannel ? channels : 1 }
      let length = weight.shape[axis]
      return weight.shape.reduce(1, *) / max(1, length) * ((length + group - 1) / group)
    }

    /// The bytes of the codes of a weight.
    package func codes(_ weight: Placement.Weight) -> Int {
      (weight.shape.reduce(1, *) * bits + 7) / 8
    }

    /// The bytes of a weight with its scales and zero points; zero points have a byte each.
    package func bytes(_ weight: Placement.Weight) -> Int {
      codes(weight) + (bits < 32 ? lanes(weight) * (isAffine ? 5 : 4) : 0)
    }
  }

  /// The ways that textbooks put beside each other.
  package static let ways = [
    Way(bits: 32), Way(bits: 8), Way(bits: 8, isAffine: true), Way(bits: 8, isPerChannel: true),
    Way(bits: 8, isAffine: true, isPerChannel: true), Way(bits: 4, isPerChannel: true),
  ]

  /// Those, and groups.
  package static let allWays =
    ways + [
      Way(bits: 4, group: 128), Way(bits: 4, group: 32), Way(bits: 4, isAffine: true, group: 32),
    ]

  /// The numbers that are quantized, as codes or as Float32.
  package private(set) var codes = 0
  /// The scales.
  package private(set) var scales = 0
  /// The zero points.
  package private(set) var zeroPoints = 0
  /// The biases.
  package private(set) var biases = 0
  /// The constants that are never quantized.
  package let floats: Int

  /// All parts together.
  package var total: Int { codes + scales + zeroPoints + biases + floats }

  /// Counts the numbers of a network.
  ///
  /// - Parameters:
  ///   - model: The model that the placement is of.
  ///   - placement: The tensors that are quantized.
  ///   - way: How they are stored.
  ///
  /// Complexity: O(constants and activations).
  package init(_ model: Model, _ placement: Placement, _ way: Way) {
    let constants = (model.initializers + model.nodes.compactMap(\.constant))
      .filter { $0.type?.isFloat == true }
    let quantized = Set(placement.weights.map(\.name) + placement.biases.map(\.name))
    floats = constants.filter { !quantized.contains($0.name) }.reduce(0) { $0 + 4 * $1.count }
    biases = placement.biases.reduce(0) { $0 + 4 * $1.count }
    var lanes = placement.activations.count
    for weight in placement.weights {
      codes += way.codes(weight)
      lanes += way.lanes(weight)
    }
    guard way.bits < 32 else { return }
    scales = 4 * lanes
    zeroPoints = way.isAffine ? lanes : 0
  }
}
