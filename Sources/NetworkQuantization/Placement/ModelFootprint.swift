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

    /// A way to store numbers.
    package init(bits: Int, isAffine: Bool = false, isPerChannel: Bool = false) {
      (self.bits, self.isAffine, self.isPerChannel) = (bits, isAffine, isPerChannel)
    }

    /// In words, such as `8 bits, affine, by channel`.
    package var name: String {
      bits == 32
        ? "32-bit float"
        : "\(bits) bits, \(isAffine ? "affine" : "symmetric"), by \(isPerChannel ? "channel" : "tensor")"
    }
  }

  /// The ways that textbooks put beside each other.
  package static let ways = [
    Way(bits: 32), Way(bits: 8), Way(bits: 8, isAffine: true), Way(bits: 8, isPerChannel: true),
    Way(bits: 8, isAffine: true, isPerChannel: true), Way(bits: 4, isPerChannel: true),
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
      codes += (weight.shape.reduce(1, *) * way.bits + 7) / 8
      lanes += way.isPerChannel ? weight.shape[weight.axis] : 1
    }
    guard way.bits < 32 else { return }
    scales = 4 * lanes
    zeroPoints = way.isAffine ? lanes : 0
  }
}
