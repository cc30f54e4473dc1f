internal import QuantizationCore

/// The types of tensors in GGUF files: how many values are in a block, and how many bytes.
struct GGUFType: Hashable {
  /// The number in files.
  let id: UInt32
  /// The name.
  let name: String
  /// The number of values in a block.
  let values: Int
  /// The number of bytes of a block.
  let bytes: Int

  /// The blocks whose codes are integers with one step.
  struct Integers {
    /// The bits of a code.
    let bits: Int
    /// Whether a block has a least value, real = q * d + m, in place of codes around zero.
    let hasMinimum: Bool
  }

  /// How codes become reals; nothing for types whose codes are not integers with one step for 32 values.
  var integers: Integers? {
    switch name {
    case "Q4_0": Integers(bits: 4, hasMinimum: false)
    case "Q4_1": Integers(bits: 4, hasMinimum: true)
    case "Q5_0": Integers(bits: 5, hasMinimum: false)
    case "Q5_1": Integers(bits: 5, hasMinimum: true)
    case "Q8_0": Integers(bits: 8, hasMinimum: false)
    default: nil
    }
  }

  /// Whether values are numbers of their own, without a scale.
  var isPlain: Bool { values == 1 }

  /// The type of a number in files; nothing for one that is not known.
  static func numbered(_ id: UInt32) -> GGUFType? { byID[id] }

  /// The type that holds signed codes around zero; nothing for other bits.
  static func holding(_ bits: BitWidth) -> GGUFType? {
    all.first { $0.integers?.bits == bits.count && $0.integers?.hasMinimum == false }
  }

  private static let byID = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

  private static let all: [GGUFType] = [
    (0, "F32", 1, 4), (1, "F16", 1, 2), (2, "Q4_0", 32, 18), (3, "Q4_1", 32, 20),
    (6, "Q5_0", 32, 22), (7, "Q5_1", 32, 24), (8, "Q8_0", 32, 34), (9, "Q8_1", 32, 36),
    (10, "Q2_K", 256, 84), (11, "Q3_K", 256, 110), (12, "Q4_K", 256, 144),
    (13, "Q5_K", 256, 176), (14, "Q6_K", 256, 210), (15, "Q8_K", 256, 292),
    (16, "IQ2_XXS", 256, 66), (17, "IQ2_XS", 256, 74), (18, "IQ3_XXS", 256, 98),
    (19, "IQ1_S", 256, 50), (20, "IQ4_NL", 32, 18), (21, "IQ3_S", 256, 110),
    (22, "IQ2_S", 256, 82), (23, "IQ4_XS", 256, 136), (24, "I8", 1, 1), (25, "I16", 1, 2),
    (26, "I32", 1, 4), (27, "I64", 1, 8), (28, "F64", 1, 8), (29, "IQ1_M", 256, 56),
    (30, "BF16", 1, 2), (34, "TQ1_0", 256, 54), (35, "TQ2_0", 256, 66), (39, "MXFP4", 32, 17),
    (40, "NVFP4", 64, 36), (41, "Q1_0", 128, 18),
  ].map { GGUFType(id: $0.0, name: $0.1, values: $0.2, bytes: $0.3) }
}
