/// Whether the zero point is fixed (symmetric) or free (affine).
public enum QuantizationScheme: String, Hashable, Sendable, CaseIterable {
  /// Real zero sits at code 0.
  case symmetric
  /// Real zero sits at any integer code, the zero point.
  case affine
}

/// What codes stand for, up to the scale: integers, whatever their bit width, or a table of levels.
///
/// | scheme | grid | codes at b bits |
/// |---|---|---|
/// | symmetric | narrow | -(2^(b-1)-1) ... 2^(b-1)-1 |
/// | symmetric | full | -2^(b-1) ... 2^(b-1)-1 |
/// | symmetric | unsigned | 0 ... 2^b-1 |
/// | affine | unsigned | 0 ... 2^b-1 |
/// | affine | signed | -2^(b-1) ... 2^(b-1)-1 |
public enum LevelSet: Hashable, Sendable {
  /// As many codes below zero as above; the default of the symmetric scheme.
  case symmetricNarrow
  /// Two's complement, with one more code below zero.
  case symmetricFull
  /// No code below zero: for ReLU outputs and probabilities.
  case symmetricUnsigned
  /// Codes from 0; the default of the affine scheme.
  case affineUnsigned
  /// Two's complement codes with a zero point.
  case affineSigned
  /// Codes into a table of levels, such as a minifloat; real zero is one of them.
  case table(LevelTable)

  fileprivate static let integers: [LevelSet] = [
    .symmetricNarrow, .symmetricFull, .symmetricUnsigned, .affineUnsigned, .affineSigned,
  ]

  fileprivate var name: String {
    switch self {
    case .symmetricNarrow: "narrow"
    case .symmetricFull: "full"
    case .symmetricUnsigned, .affineUnsigned: "unsigned"
    case .affineSigned: "signed"
    case .table(let table): table.name
    }
  }
}

/// A number format but for its width: what codes stand for, and what a scale may be.
public struct GridFamily: Hashable, Sendable {
  /// What codes stand for.
  public let levels: LevelSet
  /// What a scale may be.
  public let scale: ScaleFormat

  /// Creates a family.
  public init(_ levels: LevelSet, scale: ScaleFormat = .float32) {
    self.levels = levels
    self.scale = scale
  }

  /// ``LevelSet/symmetricNarrow`` with any scale.
  public static let symmetricNarrow = GridFamily(.symmetricNarrow)
  /// ``LevelSet/symmetricFull`` with any scale.
  public static let symmetricFull = GridFamily(.symmetricFull)
  /// ``LevelSet/symmetricUnsigned`` with any scale.
  public static let symmetricUnsigned = GridFamily(.symmetricUnsigned)
  /// ``LevelSet/affineUnsigned`` with any scale.
  public static let affineUnsigned = GridFamily(.affineUnsigned)
  /// ``LevelSet/affineSigned`` with any scale.
  public static let affineSigned = GridFamily(.affineSigned)

  /// The families of integers with any scale.
  public static let integers = LevelSet.integers.map { GridFamily($0) }

  /// The table of levels; nothing where codes are integers.
  public var table: LevelTable? {
    if case .table(let table) = levels { table } else { nil }
  }

  /// The scheme this family belongs to.
  public var scheme: QuantizationScheme {
    switch levels {
    case .symmetricNarrow, .symmetricFull, .symmetricUnsigned, .table: .symmetric
    case .affineUnsigned, .affineSigned: .affine
    }
  }

  /// The name of the grid within its scheme, as files and command lines write it: `narrow`,
  /// `narrow/scale:float16`, `e4m3`.
  public var gridName: String { levels.name + scaleText }

  /// What a name ends with where the scale is not any Float32.
  var scaleText: String { scale == .float32 ? "" : "/scale:\(scale.rawValue)" }

  /// The grids of integers of a scheme, its default first.
  public static func families(of scheme: QuantizationScheme) -> [GridFamily] {
    integers.filter { $0.scheme == scheme }
  }

  /// Families in the order of tables and reports: integers as ``integers`` has them, then others by
  /// name.
  package static func inOrder(_ families: Set<GridFamily>) -> [GridFamily] {
    families.sorted { ($0.rank, $0.gridName) < ($1.rank, $1.gridName) }
  }

  /// The place of a family in that order; one for all others.
  package var rank: Int { Self.integers.firstIndex(of: self) ?? Self.integers.count }

  /// Finds a family by the names files and command lines use; without a grid, the default one.
  public init?(scheme: QuantizationScheme, gridName: String? = nil) {
    guard let gridName else {
      self = Self.families(of: scheme)[0]
      return
    }
    guard let (name, scale) = ScaleFormat.split(gridName) else { return nil }
    let integers = LevelSet.integers.first { $0.name == name && GridFamily($0).scheme == scheme }
    if let integers {
      self.init(integers, scale: scale)
    } else if scheme == .symmetric, let table = LevelTable.named(name) {
      self.init(.table(table), scale: scale)
    } else {
      return nil
    }
  }
}
