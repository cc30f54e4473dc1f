/// Levels with a name that follow no formula of a minifloat, in the order of their codes.
public struct Codebook: Sendable {
  /// What the levels are.
  public let summary: String
  /// Where they come from.
  public let reference: String
  /// The levels by code; the name of the table is the text of the format.
  public let table: LevelTable

  /// Every codebook; a new one is added here and nowhere else.
  public static let all = [
    Codebook(
      "nf4", "quantiles of a normal distribution, from -1 to 1", "Dettmers et al. 2023 (QLoRA)",
      levels: [
        -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
        -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
        0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
        0.7229568362236023, 1,
      ]),
    Codebook(
      "bnb-fp4", "the FP4 of bitsandbytes, from -1 to 1", "bitsandbytes, kernels.cu",
      levels: [
        0, 1 / 192, 2 / 3, 1, 1 / 3, 1 / 2, 1 / 6, 1 / 4, -0, -1 / 192, -2 / 3, -1, -1 / 3, -1 / 2,
        -1 / 6, -1 / 4,
      ]),
  ]

  /// - Precondition: 2 to 256 finite levels, zero among them; between two that are as near, a value takes
  ///   the one with the lower code.
  private init(_ name: String, _ summary: String, _ reference: String, levels: [Float]) {
    guard let table = LevelTable(name: name, levels: levels, ties: .firstCode) else {
      preconditionFailure("a codebook has finite levels, zero among them")
    }
    (self.summary, self.reference, self.table) = (summary, reference, table)
  }
}

extension LevelTable {
  /// Zero and the powers of two `2^-k ... 1` of either sign: a shift in place of a product.
  ///
  /// `pot4` has `2^-6 ... 1`. Source: Miyashita et al., arXiv 1603.01025.
  ///
  /// - Parameter bits: 2 to 8; nothing for more.
  public static func powersOfTwo(bits: BitWidth) -> LevelTable? {
    guard bits.fitsByte else { return nil }
    let half = bits.levels / 2
    let magnitudes =
      [0] + (1..<half).map { Float(sign: .plus, exponent: $0 - half + 1, significand: 1) }
    return LevelTable(
      name: "pot\(bits)", levels: magnitudes + magnitudes.map { -$0 }, ties: .evenCode)
  }

  /// Levels given as a list, in the order of their codes: what was learned, or a codebook of one's own.
  ///
  /// Nothing unless there are 2 to 256 finite ones, zero among them.
  public static func levels(_ levels: [Float]) -> LevelTable? {
    LevelTable(
      name: "levels[" + levels.map { $0.shortText }.joined(separator: ",") + "]", levels: levels,
      ties: .firstCode)
  }

  /// The table of a name: of a minifloat, a codebook, `pot4`, or `levels[...]`.
  public static func named(_ name: String) -> LevelTable? {
    if let minifloat = Minifloat.named(name) { return minifloat.table }
    if let codebook = Codebook.all.first(where: { $0.table.name == name }) { return codebook.table }
    if name.hasPrefix("pot"), let bits = Int(name.dropFirst(3)).flatMap(BitWidth.init),
      let table = powersOfTwo(bits: bits), table.name == name
    {
      return table
    }
    guard name.hasPrefix("levels["), name.hasSuffix("]") else { return nil }
    let texts = name.dropFirst(7).dropLast().split(separator: ",", omittingEmptySubsequences: false)
    let levels = texts.map { Float($0) }
    return levels.contains(nil) ? nil : Self.levels(levels.compactMap { $0 })
  }
}

extension Float {
  /// The shortest decimal that reads back as the same Float; whole numbers without a fraction.
  fileprivate var shortText: String {
    self == rounded() && magnitude < 0x1p24 ? "\(Int(self))" : "\(self)"
  }
}
