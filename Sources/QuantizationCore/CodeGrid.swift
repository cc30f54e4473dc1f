/// The number format of a quantizer: what its codes stand for, their width, and what its scale may be.
public struct CodeGrid: Hashable, Sendable {
  /// What codes stand for.
  public let family: GridFamily
  /// The width of a code.
  public let bits: BitWidth
  /// The Float32 scale of the whole tensor that a scale of E4M3 is below; nothing for other scales, and
  /// as long as no tensor is known.
  package let unit: Float?

  /// Creates the format of a family at a bit width; a table has a width of its own.
  public init(_ family: GridFamily, bits: BitWidth) { self.init(family, bits: bits, unit: nil) }

  /// Creates the format of a table of levels.
  public init(_ table: LevelTable, scale: ScaleFormat = .float32) {
    self.init(GridFamily(.table(table), scale: scale), bits: table.bits)
  }

  private init(_ family: GridFamily, bits: BitWidth, unit: Float?) {
    self.family = family
    self.bits = family.table?.bits ?? bits
    self.unit = unit
  }

  /// What the scale may be.
  public var scaleFormat: ScaleFormat { family.scale }

  /// The same format below the scale of a tensor.
  package func below(_ unit: Float) -> CodeGrid { CodeGrid(family, bits: bits, unit: unit) }

  /// The smallest code, qmin.
  public var minimumCode: Int {
    let half = bits.levels / 2
    return switch family.levels {
    case .symmetricNarrow: 1 - half
    case .symmetricFull, .affineSigned: -half
    case .symmetricUnsigned, .affineUnsigned, .table: 0
    }
  }

  /// The largest code, qmax.
  public var maximumCode: Int {
    switch family.levels {
    case .symmetricNarrow, .symmetricFull, .affineSigned: bits.levels / 2 - 1
    case .symmetricUnsigned, .affineUnsigned: bits.levels - 1
    case .table(let table): table.levels.count - 1
    }
  }

  /// The codes, qmin...qmax.
  public var codes: ClosedRange<Int> { minimumCode...maximumCode }

  /// The number of steps between the outermost codes.
  public var steps: Int { maximumCode - minimumCode }

  /// Whether negative reals can be represented at all.
  public var reachesBelowZero: Bool {
    switch family.levels {
    case .symmetricUnsigned: false
    case .table(let table): table.lowest < 0
    default: true
    }
  }

  /// Whether codes are stored in signed integers.
  public var isSigned: Bool { minimumCode < 0 }

  /// The code of real zero when the data give no reason to place it elsewhere.
  public var restingZeroPoint: Int { family.scheme == .symmetric ? 0 : minimumCode }

  /// The outermost of what codes stand for, the lowest and the highest.
  ///
  /// - Parameter zeroPoint: The code of real zero.
  package func outermostLevels(zeroPoint: Int) -> (lowest: Double, highest: Double) {
    family.table.map { ($0.lowest, $0.highest) }
      ?? (Double(minimumCode - zeroPoint), Double(maximumCode - zeroPoint))
  }

  /// The number of levels.
  package var levelCount: Int { family.table?.ascending.count ?? codes.count }

  /// The outermost magnitude of what codes stand for, real zero at its resting place.
  package var outermostLevel: Double {
    let (lowest, highest) = outermostLevels(zeroPoint: restingZeroPoint)
    return max(-lowest, highest)
  }

  /// The scales that a quantizer may have.
  ///
  /// - Parameter zeroPoint: The code of real zero.
  package func usableScales(zeroPoint: Int) -> UsableScales {
    if let table = family.table { return UsableScales(table.ladder) }
    return UsableScales(codes: minimumCode - zeroPoint...maximumCode - zeroPoint)
  }

  /// The set that scales are taken from where they are stored in fewer than 32 bits; nothing for any
  /// Float32.
  package func restrictedScales(zeroPoint: Int) -> RestrictedScales? {
    guard scaleFormat != .float32 else { return nil }
    return RestrictedScales(
      scaleFormat, unit: unit ?? 1, usable: usableScales(zeroPoint: zeroPoint))
  }
}
