extension LevelTable {
  /// NormalFloat 4: quantiles of a normal distribution, 7 below zero and 8 above, from -1 to 1.
  ///
  /// Source: Dettmers et al., QLoRA, arXiv 2305.14314, with the values of bitsandbytes.
  public static let nf4 = codebook(
    "nf4",
    [
      -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
      -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
      0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
      0.7229568362236023, 1,
    ])

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

  /// The table of a name: of a minifloat, `nf4`, `pot4`, or `levels[...]`.
  public static func named(_ name: String) -> LevelTable? {
    if let minifloat = Minifloat(rawValue: name) { return minifloat.table }
    if name == nf4.name { return nf4 }
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

  private static func codebook(_ name: String, _ levels: [Float]) -> LevelTable {
    guard let table = LevelTable(name: name, levels: levels, ties: .firstCode) else {
      preconditionFailure("a codebook has finite levels, zero among them")
    }
    return table
  }
}

extension Float {
  /// The shortest decimal that reads back as the same Float; whole numbers without a fraction.
  fileprivate var shortText: String {
    self == rounded() && magnitude < 0x1p24 ? "\(Int(self))" : "\(self)"
  }
}
