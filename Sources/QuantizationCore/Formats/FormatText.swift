/// The canonical text of a number format, as files and command lines write it.
///
/// | text | codes |
/// |---|---|
/// | `int4-narrow`, `int4-full`, `uint4` | symmetric integers, of either sign or not |
/// | `uint4-affine`, `int4-affine` | integers with a zero point |
/// | `fp4-e2m1`, `fp6-e2m3`, `fp6-e3m2`, `fp8-e4m3`, `fp8-e5m2` | minifloats |
/// | `nf4`, `pot4`, `levels[-1,0,0.5,1]` | codebooks |
/// | `mxfp4`, `mxfp6-e2m3`, `mxfp6-e3m2`, `mxfp8-e4m3`, `mxfp8-e5m2` | minifloats below a power of two |
/// | `nvfp4` | `fp4-e2m1/scale:e4m3` |
///
/// `/scale:FORMAT` says that scales are stored in a ``ScaleFormat`` of fewer than 32 bits.
extension CodeGrid: LosslessStringConvertible {
  /// The canonical text.
  public var description: String {
    if let minifloat = family.table.flatMap({ Minifloat.named($0.name) }) {
      switch scaleFormat {
      case .powerOfTwo: return Self.blockName(of: minifloat)
      case .e4m3 where minifloat == .e2m1: return "nvfp4"
      default: break
      }
    }
    return levelsText + family.scaleText
  }

  /// What the codes stand for, without the scale.
  private var levelsText: String {
    switch family.levels {
    case .symmetricNarrow: return "int\(bits)-narrow"
    case .symmetricFull: return "int\(bits)-full"
    case .symmetricUnsigned: return "uint\(bits)"
    case .affineUnsigned: return "uint\(bits)-affine"
    case .affineSigned: return "int\(bits)-affine"
    case .table(let table):
      return Minifloat.named(table.name) == nil ? table.name : "fp\(bits)-\(table.name)"
    }
  }

  /// The name that the OCP gives a minifloat below a power of two.
  private static func blockName(of minifloat: Minifloat) -> String {
    minifloat == .e2m1 ? "mxfp4" : "mxfp\(minifloat.bits)-\(minifloat.name)"
  }

  /// What there is to write, for messages.
  public static let expectation =
    "int4-narrow, int4-full, uint4, uint4-affine or int4-affine of 2 to 16 bits, fp8-e4m3, fp8-e5m2, "
    + "fp6-e2m3, fp6-e3m2, fp4-e2m1, nf4, pot4, levels[-1,0,1], mxfp4, mxfp6-e2m3, mxfp8-e4m3 or nvfp4, "
    + "and /scale:" + ScaleFormat.allCases.dropFirst().map(\.rawValue).joined(separator: "|")

  /// Reads what ``description`` writes, and `fp4-e2m1/scale:power-of-two` for `mxfp4`; nothing for
  /// anything else.
  public init?(_ text: String) {
    if text == "nvfp4" {
      self.init(Minifloat.e2m1.table, scale: .e4m3)
      return
    }
    if let minifloat = Minifloat.all.first(where: { Self.blockName(of: $0) == text }) {
      self.init(minifloat.table, scale: .powerOfTwo)
      return
    }
    guard let (name, scale) = ScaleFormat.split(text), let (levels, bits) = Self.levels(name) else {
      return nil
    }
    self.init(GridFamily(levels, scale: scale), bits: bits)
  }

  /// The levels and width of a text without a scale.
  private static func levels(_ text: String) -> (levels: LevelSet, bits: BitWidth)? {
    for minifloat in Minifloat.all where text == "fp\(minifloat.bits)-\(minifloat.name)" {
      return (.table(minifloat.table), minifloat.table.bits)
    }
    if Minifloat.named(text) == nil, let table = LevelTable.named(text) {
      return (.table(table), table.bits)
    }
    let isSigned = text.hasPrefix("int")
    guard isSigned || text.hasPrefix("uint") else { return nil }
    let rest = text.dropFirst(isSigned ? 3 : 4)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let bits = Int(digits).flatMap(BitWidth.init), "\(bits)" == digits else { return nil }
    let levels: LevelSet? =
      switch (isSigned, rest.dropFirst(digits.count)) {
      case (true, "-narrow"): .symmetricNarrow
      case (true, "-full"): .symmetricFull
      case (true, "-affine"): .affineSigned
      case (false, ""): .symmetricUnsigned
      case (false, "-affine"): .affineUnsigned
      default: nil
      }
    return levels.map { ($0, bits) }
  }

  /// The bits that a value takes, its share of scales and zero points included.
  ///
  /// ```
  /// code + lanes * (scale + zero point) / values
  /// ```
  /// A zero point takes as many bits as a code, and is stored for affine formats only. Scales of E4M3
  /// share a Float32 of the tensor.
  ///
  /// - Parameters:
  ///   - lanes: The number of scales.
  ///   - count: The number of values, at least one.
  public func bitsPerValue(lanes: Int, of count: Int) -> Double {
    let zeroPoint = family.scheme == .affine ? bits.count : 0
    let shared = scaleFormat == .e4m3 ? ScaleFormat.float32.bits : 0
    let stored = lanes * (scaleFormat.bits + zeroPoint) + shared
    return Double(bits.count) + Double(stored) / Double(count)
  }
}
